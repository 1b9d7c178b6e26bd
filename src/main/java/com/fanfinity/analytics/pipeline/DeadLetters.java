package com.fanfinity.analytics.pipeline;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

import com.fanfinity.analytics.event.RecordHeaders;

/// The form of a dead letter: the record as it was, with what happened to it in headers behind its own.
final class DeadLetters {

    private DeadLetters() {}

    static Record<byte[], Object> of(Record<byte[], byte[]> record, RecordMetadata source, long receivedAtMicros, String reason,
            String detail) {
        Headers headers = new org.apache.kafka.common.header.internals.RecordHeaders(record.headers());
        describe(headers, source.topic(), source.partition(), source.offset(), reason, detail);
        headers.remove(RecordHeaders.RECEIVED_AT);
        RecordHeaders.put(headers, RecordHeaders.RECEIVED_AT, receivedAtMicros);
        return new Record<>(record.key(), record.value(), record.timestamp(), headers);
    }

    static void describe(Headers headers, String topic, int partition, long offset, String reason, String detail) {
        RecordHeaders.put(headers, RecordHeaders.REASON, reason);
        RecordHeaders.put(headers, RecordHeaders.DETAIL, detail);
        RecordHeaders.put(headers, RecordHeaders.SOURCE_TOPIC, topic);
        RecordHeaders.put(headers, RecordHeaders.SOURCE_PARTITION, partition);
        RecordHeaders.put(headers, RecordHeaders.SOURCE_OFFSET, offset);
    }
}
