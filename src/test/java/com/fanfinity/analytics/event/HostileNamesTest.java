package com.fanfinity.analytics.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import com.fanfinity.analytics.testing.Heap;

/// Member names are text from anyone. Reading them must not fill the heap, and must not cost more than reading a valid
/// event.
class HostileNamesTest {
    private static final int LONGEST = 256;
    private static final int SIZE = EventRules.MAX_EVENT_BYTES;

    /// What a client can send to make an invalid event expensive.
    enum Attack {
        UNKNOWN_MEMBERS {
            @Override
            String json() {
                return "{" + members(SIZE - 8) + "}";
            }
        },
        ONE_LONG_NAME {
            @Override
            String json() {
                return "{\"" + "n".repeat(SIZE - 10) + "\":0}";
            }
        },
        LONG_NAMES {
            @Override
            String json() {
                return "{" + IntStream.range(0, 150).mapToObj(i -> "\"" + "n".repeat(400) + i + "\":0")
                        .collect(Collectors.joining(",")) + "}";
            }
        },
        LARGE_METADATA {
            @Override
            String json() {
                return Samples.goalWith("metadata", "{" + members(SIZE - 400) + "}");
            }
        },
        OBJECTS_IN_AN_UNKNOWN_FIELD {
            @Override
            String json() {
                return "{\"x\":[" + "{\"a\":0},".repeat(SIZE / 8 - 10) + "0]}";
            }
        },
        DUPLICATES {
            @Override
            String json() {
                return "{\"x\":{" + "\"a\":0,".repeat(SIZE / 6 - 10) + "\"b\":0}}";
            }
        },
        LONG_TEXTS {
            @Override
            String json() {
                String text = "\"" + "t".repeat(12_000) + "\"";
                return Samples.json(Map.of("eventId", text, "matchId", text, "eventType", text, "teamId", text));
            }
        },
        NOT_JSON_AT_ITS_END {
            @Override
            String json() {
                return "{\"x\":[" + "1,".repeat(SIZE / 2 - 10) + "]}";
            }
        };

        abstract String json();

        static String members(int length) {
            return IntStream.range(0, length / 10).mapToObj(i -> "\"%05d\":0".formatted(i))
                    .collect(Collectors.joining(","));
        }
    }

    @ParameterizedTest
    @CsvSource({"n,256", "é,128", "𝄞,64"})
    void decode_nameOf256Bytes_isAcceptedAndOneMoreIsNot(String character, int count) {
        String longest = "{\"" + character.repeat(count) + "\":{\"" + "m".repeat(LONGEST) + "\":1}}";

        List<Fault> faults = Samples.faults(Samples.goalWith("metadata", "{\"a\":[{\"" + character.repeat(count)
                + "x\":1}]}").getBytes(UTF_8));

        assertEquals(Optional.of(longest), Samples.valid(Samples.goalWith("metadata", longest)).metadata());
        assertEquals(1, faults.size());
        assertEquals(Fault.Code.TOO_LONG, faults.getFirst().code());
        assertTrue(faults.getFirst().field().startsWith("metadata.a.0." + character), faults.getFirst().field());
        assertTrue(faults.getFirst().field().length() <= 130, faults.getFirst().field());
    }

    /// The limit counts the bytes of the name, not those of its escapes.
    @Test
    void decode_escapedName_isMeasuredWithoutEscapes() {
        String longest = "{\"" + "\\u0061".repeat(LONGEST) + "\":1,\"" + "\\ud834\\udd1e".repeat(64) + "\":2}";

        assertEquals(Optional.of(longest), Samples.valid(Samples.goalWith("metadata", longest)).metadata());
        assertEquals(1,
                Samples.faults(Samples.goalWith("metadata", "{\"" + "\\u00e9".repeat(128) + "\\n\":1}")).size());
    }

    @Test
    void decode_longNameOfAMember_isTooLongAndUnknown() {
        String name = "n".repeat(LONGEST + 1);

        List<String> faults = Samples.faults("{\"" + name + "\":1}");

        assertEquals(List.of("n".repeat(64) + "… too_long", "matchId required", "eventType required",
                "timestamp required", "n".repeat(64) + "… unknown_field"), faults);
    }

    /// Earlier versions accepted such names, and their events must stay readable.
    @Test
    void decode_longNameInAnAcceptedEvent_isRead() {
        String metadata = "{\"" + "n".repeat(16_000) + "\":1}";

        Decoded read = Samples.ACCEPTED.decode(Samples.goalWith("metadata", metadata).getBytes(UTF_8), Samples.NOW,
                () -> Samples.MADE);

        assertEquals(Optional.of(metadata), assertInstanceOf(Decoded.Valid.class, read).event().metadata());
    }

    @Test
    void decode_thousandsOfNewLongNames_keepsNoneOfThem() {
        Heap.assertKeeps(32 << 20, () -> {
            for (int i = 0; i < 6_000; i++) {
                Samples.decode("{\"" + i + "n".repeat(60_000) + "\":1}");
            }
        });
    }

    /// Published records contain ids of teams as names.
    @Test
    void jsonRead_thousandsOfNewNames_keepsNoneOfThem() {
        Heap.assertKeeps(32 << 20, () -> {
            for (int i = 0; i < 6_000; i++) {
                Json.read(("{\"" + i + "n".repeat(40_000) + "\":1}").getBytes(UTF_8), MatchMinute.class);
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void decode_invalidEvent_allocatesNoMoreThanAValidOneOfItsLength(Attack attack) {
        byte[] attacking = attack.json().getBytes(UTF_8);
        assertInstanceOf(Decoded.Invalid.class, Samples.decode(attacking));
        String objects = "{\"x\":[" + "{\"a\":0},".repeat(EventRules.MAX_METADATA_BYTES / 8 - 2) + "0]}";
        String members = "{" + Attack.members(EventRules.MAX_METADATA_BYTES - 2) + "}";

        long most = Math.max(allocatedByValid(objects), allocatedByValid(members));
        long allocated = allocatedBy(attacking);

        assertTrue(attacking.length <= SIZE && attacking.length > SIZE / 2, "length " + attacking.length);
        assertTrue(allocated <= most, attack + " allocates " + allocated + " bytes, a valid event " + most);
    }

    private static long allocatedByValid(String metadata) {
        String event = Samples.goalWith("metadata", metadata);
        byte[] padded = (event + " ".repeat(SIZE - event.length())).getBytes(UTF_8);
        assertInstanceOf(Decoded.Valid.class, Samples.decode(padded));
        return allocatedBy(padded);
    }

    private static long allocatedBy(byte[] json) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 10; i++) {
            Samples.decode(json);
        }
        return (threads.getCurrentThreadAllocatedBytes() - before) / 10;
    }
}
