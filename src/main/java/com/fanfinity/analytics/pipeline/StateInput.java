package com.fanfinity.analytics.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/// Reads what {@link StateOutput} wrote.
final class StateInput {

    private final byte[] bytes;
    private int position;

    /// @throws IllegalStateException if the state was written by a version that this code doesn't know
    StateInput(byte[] bytes, int version) {
        this.bytes = bytes;
        int found = bytes[position++];
        if (found != version) {
            throw new IllegalStateException("stored state has version " + found + ", this code reads version " + version);
        }
    }

    long number() {
        long value = 0;
        int shift = 0;
        byte next;
        do {
            next = bytes[position++];
            value |= (long) (next & 0x7F) << shift;
            shift += 7;
        } while (next < 0);
        return (value >>> 1) ^ -(value & 1);
    }

    int small() {
        return Math.toIntExact(number());
    }

    String text() {
        int length = small();
        String value = new String(bytes, position, length, UTF_8);
        position += length;
        return value;
    }

    Optional<String> optionalText() {
        return number() == 0 ? Optional.empty() : Optional.of(text());
    }

    UUID uuid() {
        return new UUID(number(), number());
    }

    byte[] blob() {
        int length = small();
        position += length;
        return Arrays.copyOfRange(bytes, position - length, position);
    }
}
