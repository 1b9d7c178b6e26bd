package com.fanfinity.analytics.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventIdsTest {

    /// The example of RFC 9562, appendix A.6.
    @Test
    void next_timeAndRandomOfTheRfc_givesItsExample() {
        long[] random = {0xCC3L, 0x18C4_DC0C_0C07_398FL};
        int[] calls = {0};
        EventIds ids = new EventIds(at(0x017F22E279B0L), () -> random[calls[0]++]);

        UUID id = ids.next();

        assertEquals(UUID.fromString("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"), id);
    }

    @Test
    void next_anyRandom_hasVersion7VariantAndTime() {
        for (long seed = 0; seed < 1_000; seed++) {
            Random random = new Random(seed);
            long millis = random.nextLong(1L << 48);
            UUID id = new EventIds(at(millis), random::nextLong).next();

            assertEquals(7, id.version(), "seed " + seed);
            assertEquals(2, id.variant(), "seed " + seed);
            assertEquals(millis, id.getMostSignificantBits() >>> 16, "seed " + seed);
        }
    }

    @Test
    void next_allRandomBitsSetOrClear_doNotChangeVersionAndVariant() {
        assertEquals(UUID.fromString("00000000-0001-7fff-bfff-ffffffffffff"), new EventIds(at(1), () -> -1).next());
        assertEquals(UUID.fromString("00000000-0001-7000-8000-000000000000"), new EventIds(at(1), () -> 0).next());
    }

    @Test
    void next_laterMillisecond_sortsAfter() {
        Random random = new Random(7);
        long now = Instant.parse("2026-11-21T10:00:00Z").toEpochMilli();
        String before = "";
        for (int i = 0; i < 1_000; i++) {
            String id = new EventIds(at(now + i), random::nextLong).next().toString();

            assertTrue(before.compareTo(id) < 0, before + " then " + id);
            before = id;
        }
    }

    @Test
    void next_sameMillisecond_isAnother() {
        EventIds ids = new EventIds(at(1), new Random(1)::nextLong);
        Set<UUID> made = new HashSet<>();
        for (int i = 0; i < 100_000; i++) {
            made.add(ids.next());
        }

        assertEquals(100_000, made.size());
    }

    @Test
    void parse_anyUuidInEitherCase_isRead() {
        for (long seed = 0; seed < 1_000; seed++) {
            Random random = new Random(seed);
            UUID id = new UUID(random.nextLong(), random.nextLong());

            assertEquals(Optional.of(id), EventIds.parse(id.toString()), "seed " + seed);
            assertEquals(Optional.of(id), EventIds.parse(id.toString().toUpperCase(Locale.ROOT)), "seed " + seed);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1-1-1-1-1", "00000000-0000-0000-0000-00000000000",
        "00000000-0000-0000-0000-0000000000000",
        "0000000000000-0000-0000-0000-0000000", "00000000-0000-0000-0000-00000000000g",
        "00000000-0000-0000-0000-00000000000\uFF11",
        "-0000000-0000-0000-0000-000000000000", "00000000 0000 0000 0000 000000000000"})
    void parse_anythingElse_isEmpty(String text) {
        assertEquals(Optional.empty(), EventIds.parse(text));
    }

    private static Clock at(long millis) {
        return Clock.fixed(Instant.ofEpochMilli(millis), ZoneOffset.UTC);
    }
}
