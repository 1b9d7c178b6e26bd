package com.fanfinity.analytics.pipeline;

import java.nio.ByteBuffer;
import java.time.Instant;

import org.apache.kafka.streams.errors.ProcessorStateException;

/// The stored value for the identity of an accepted event. The changelog of the dedupe store is the highest cost of an
/// event, so the value is as small as possible.
///
/// @param arrivedAt the broker's timestamp, in milliseconds
public record SeenEvent(Instant arrivedAt) {

    private static final byte VERSION = 2;

    /// This version has the version byte before the time.
    private static final byte FIRST_VERSION = 1;

    /// The length of values from before the version byte.
    private static final int BARE_LENGTH = Long.BYTES;

    private static final int LENGTH = Long.BYTES + 1;

    /// The version is the last byte: older code reads only the time, so that both can run during a roll.
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
