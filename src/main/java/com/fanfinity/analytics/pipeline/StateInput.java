package com.fanfinity.analytics.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

import org.apache.kafka.streams.errors.ProcessorStateException;

/// Reads the output of {@link StateOutput}.
final class StateInput {

    private final byte[] bytes;
    private int position;

    private StateInput(byte[] bytes) {
        this.bytes = bytes;
    }

    /// Reads a whole stored value.
    ///
    /// @throws ProcessorStateException if the value has another version or is damaged. The record in process is not the
    ///     cause, so the thread must fail, and the record must not become a dead letter
    static <T> T read(byte[] bytes, int version, Function<StateInput, T> reader) {
        StateInput in = new StateInput(bytes);
        try {
            int found = bytes[in.position++];
            if (found != version) {
                throw new ProcessorStateException(
                        "stored state has version " + found + ", this code reads version " + version);
            }
            return reader.apply(in);
        } catch (IllegalArgumentException | IndexOutOfBoundsException | ArithmeticException
                | NegativeArraySizeException e) {
            throw new ProcessorStateException("stored state of version " + version + " cannot be read", e);
        }
    }

    boolean isAtEnd() {
        return position == bytes.length;
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
        int length = length();
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

    /// A length whose bytes must all exist: a copy beyond the end would be filled with zeros.
    private int length() {
        int length = small();
        Objects.checkFromIndexSize(position, length, bytes.length);
        return length;
    }

    void skipNumbers(int count) {
        for (int left = count; left > 0; left--) {
            while (bytes[position++] < 0) {
                // The highest bit marks that a further byte follows.
            }
        }
    }

    /// Skips a text or a blob.
    void skipBlob() {
        int length = length();
        position += length;
    }

    byte[] blob() {
        int length = length();
        position += length;
        return Arrays.copyOfRange(bytes, position - length, position);
    }
}
