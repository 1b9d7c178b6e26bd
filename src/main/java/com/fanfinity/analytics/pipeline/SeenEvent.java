package com.fanfinity.analytics.pipeline;

import java.nio.ByteBuffer;
import java.time.Instant;

/// What is kept of an accepted event's identity. The dedupe's changelog is what a record costs most, so it is no more than is asked for.
///
/// @param arrivedAt when the broker had it, to the millisecond
public record SeenEvent(Instant arrivedAt) {

    static byte[] bytes(long arrivedAtMillis) {
        return ByteBuffer.allocate(Long.BYTES).putLong(arrivedAtMillis).array();
    }

    public static SeenEvent ofBytes(byte[] bytes) {
        return new SeenEvent(Instant.ofEpochMilli(ByteBuffer.wrap(bytes).getLong()));
    }
}
