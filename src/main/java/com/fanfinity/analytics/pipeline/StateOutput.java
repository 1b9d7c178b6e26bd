package com.fanfinity.analytics.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/// Writes stored state: variable-length numbers, length-prefixed text, a version byte first. Read by {@link
/// StateInput}.
final class StateOutput {

    private byte[] bytes = new byte[256];
    private int length;

    StateOutput(int version) {
        put((byte) version);
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    StateOutput number(long value) {
        long rest = (value << 1) ^ (value >> 63);
        while ((rest & ~0x7FL) != 0) {
            put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        put((byte) rest);
        return this;
    }

    StateOutput text(String value) {
        return blob(value.getBytes(UTF_8));
    }

    StateOutput text(Optional<String> value) {
        number(value.isPresent() ? 1 : 0);
        return value.isPresent() ? text(value.get()) : this;
    }

    StateOutput uuid(UUID value) {
        return number(value.getMostSignificantBits()).number(value.getLeastSignificantBits());
    }

    StateOutput blob(byte[] value) {
        number(value.length);
        reserve(value.length);
        System.arraycopy(value, 0, bytes, length, value.length);
        length += value.length;
        return this;
    }

    private void put(byte value) {
        reserve(1);
        bytes[length++] = value;
    }

    private void reserve(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
