package com.fanfinity.analytics.pipeline;

import java.time.Clock;
import java.time.Duration;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/// When a record came: the time that the broker put on it. The topic is made with `LogAppendTime`; should it have been made
/// otherwise, a time that no clock shows is replaced by the time now, because one record from the far future would move the
/// partition's clock for all.
final class ArrivalTime implements TimestampExtractor {

    private static final Duration TOLERANCE = Duration.ofHours(2);

    private final Clock clock;

    ArrivalTime(Clock clock) {
        this.clock = clock;
    }

    @Override
    public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
        long now = clock.millis();
        return record.timestamp() < 0 || record.timestamp() > now + TOLERANCE.toMillis() ? now : record.timestamp();
    }
}
