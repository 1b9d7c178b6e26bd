package com.fanfinity.analytics.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;

/// Reads identities of events strictly, and creates them for events without one.
public final class EventIds {

    private static final int TEXT_LENGTH = 36;

    private final InstantSource clock;
    private final LongSupplier random;

    /// @param random returns 64 random bits per call; must be safe for use by several threads
    public EventIds(InstantSource clock, LongSupplier random) {
        this.clock = clock;
        this.random = random;
    }

    /// A new UUIDv7 (RFC 9562): 48 bits of milliseconds, then 74 random bits.
    public UUID next() {
        long high = (clock.millis() << 16) | 0x7000L | (random.getAsLong() & 0x0FFFL);
        long low = (random.getAsLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }

    /// The identity of an event that another producer wrote without one. It is computed from the position where the
    /// record was first written. So it stays the same if the record is read again, or is published again from the dead
    /// letters.
    public static UUID ofPlace(String topic, int partition, long offset) {
        return UUID.nameUUIDFromBytes((topic + '-' + partition + '-' + offset).getBytes(UTF_8));
    }

    /// The identity of another record without an id that has the same place, because the topic was created again or its
    /// log was cut.
    public static UUID ofPlace(String topic, int partition, long offset, long timestampMillis) {
        return UUID.nameUUIDFromBytes((topic + '-' + partition + '-' + offset + '@' + timestampMillis).getBytes(UTF_8));
    }

    /// Reads the form 8-4-4-4-12 with all 32 hexadecimal digits, in upper or lower case. The JDK's parser also accepts
    /// `1-1-1-1-1`.
    public static Optional<UUID> parse(String text) {
        if (text.length() != TEXT_LENGTH) {
            return Optional.empty();
        }
        for (int i = 0; i < TEXT_LENGTH; i++) {
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            char c = text.charAt(i);
            boolean hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
            if (dash ? c != '-' : !hex) {
                return Optional.empty();
            }
        }
        return Optional.of(UUID.fromString(text));
    }
}
