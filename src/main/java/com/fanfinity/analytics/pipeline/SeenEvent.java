package com.fanfinity.analytics.pipeline;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.OptionalLong;

/// What is kept of an accepted event's identity.
///
/// @param arrivedAt when the broker had it
/// @param number within its partition, see {@link LedgerEntry#accepted}; empty if it was accepted before there was a ledger
public record SeenEvent(Instant arrivedAt, OptionalLong number) {

    static byte[] bytes(long arrivedAtMillis, long number) {
        return ByteBuffer.allocate(2 * Long.BYTES).putLong(arrivedAtMillis).putLong(number).array();
    }

    public static SeenEvent ofBytes(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        Instant arrivedAt = Instant.ofEpochMilli(buffer.getLong());
        return new SeenEvent(arrivedAt, buffer.hasRemaining() ? OptionalLong.of(buffer.getLong()) : OptionalLong.empty());
    }
}
