package com.fanfinity.analytics.pipeline;

import java.nio.ByteBuffer;
import java.time.Instant;

import org.apache.kafka.streams.errors.ProcessorStateException;

/// What is kept of an accepted event's identity. The dedupe's changelog is what a record costs most, so it is no more than is asked for.
///
/// @param arrivedAt when the broker had it, to the millisecond
public record SeenEvent(Instant arrivedAt) {

    private static final byte VERSION = 2;

    /// With the version before the time.
    private static final byte FIRST_VERSION = 1;

    /// Of what was written before there was a version byte.
    private static final int BARE_LENGTH = Long.BYTES;

    private static final int LENGTH = Long.BYTES + 1;

    /// The version comes last: code from before there was one reads the time and no further, so that it can run beside this.
    static byte[] bytes(long arrivedAtMillis) {
        return ByteBuffer.allocate(LENGTH).putLong(arrivedAtMillis).put(VERSION).array();
    }

    /// @throws ProcessorStateException if it was not written by code of this version or an earlier one
    public static SeenEvent ofBytes(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (bytes.length == LENGTH && bytes[0] == FIRST_VERSION) {
            in.get();
        } else if (bytes.length != BARE_LENGTH && (bytes.length != LENGTH || bytes[Long.BYTES] != VERSION)) {
            throw new ProcessorStateException("stored identity of %d bytes cannot be read".formatted(bytes.length));
        }
        return new SeenEvent(Instant.ofEpochMilli(in.getLong()));
    }
}
