package com.fanfinity.analytics.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.event.DeadReason;
import com.fanfinity.analytics.event.RecordHeaders;

/// The form of a dead letter: the original record, with the reason in additional headers.
///
/// Topics limit the compressed size of records, so a record can be far larger than the dead letter topic accepts. A key
/// or value that is too large is truncated, headers that are too large are left out, and the header `cut` reports it. A
/// dead letter that cannot be written would stop the partition.
public final class DeadLetters {

    /// The most bytes kept of the key, of the value and of the headers.
    static final int MAX_PART_BYTES = 1 << 20;

    /// The record size that the dead letter topic and its producer must accept.
    public static final int MAX_RECORD_BYTES = 4 << 20;

    /// The maximum overhead of a header in bytes: two lengths of at most five bytes. They count, because empty
    /// headers compress so well that one record can carry millions.
    private static final int HEADER_OVERHEAD_BYTES = 10;

    /// The position from which a record was read.
    record RecordOrigin(String topic, int partition, long offset) {}

    private DeadLetters() {}

    static byte @Nullable [] truncate(byte @Nullable [] part) {
        return part == null || part.length <= MAX_PART_BYTES ? part : Arrays.copyOf(part, MAX_PART_BYTES);
    }

    static Headers headers(Headers original, byte @Nullable [] key, byte @Nullable [] value, RecordOrigin origin,
            DeadReason reason,
            String detail) {
        boolean keep = sizeOf(original) <= MAX_PART_BYTES;
        Headers headers = keep
                ? new org.apache.kafka.common.header.internals.RecordHeaders(original)
                : new org.apache.kafka.common.header.internals.RecordHeaders();
        headers.remove(RecordHeaders.LEADER_EPOCH);
        headers.remove(RecordHeaders.UNSTABLE_TIME);
        RecordHeaders.put(headers, RecordHeaders.REASON, reason.wireName());
        RecordHeaders.put(headers, RecordHeaders.DETAIL, detail);
        RecordHeaders.put(headers, RecordHeaders.SOURCE_TOPIC, origin.topic());
        RecordHeaders.put(headers, RecordHeaders.SOURCE_PARTITION, origin.partition());
        RecordHeaders.put(headers, RecordHeaders.SOURCE_OFFSET, origin.offset());
        if (!keep || isCut(key) || isCut(value)) {
            RecordHeaders.put(headers, RecordHeaders.CUT,
                    "key=%d value=%d headers=%d bytes".formatted(length(key), length(value), sizeOf(original)));
        }
        return headers;
    }

    private static boolean isCut(byte @Nullable [] part) {
        return length(part) > MAX_PART_BYTES;
    }

    private static int length(byte @Nullable [] part) {
        return part == null ? 0 : part.length;
    }

    private static int sizeOf(Headers headers) {
        int size = 0;
        for (Header header : headers) {
            size += HEADER_OVERHEAD_BYTES + header.key().getBytes(UTF_8).length + length(header.value());
        }
        return size;
    }
}
