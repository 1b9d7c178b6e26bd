package com.fanfinity.analytics.pipeline;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/// When a record came: the time that the broker put on it. The topic is made with `LogAppendTime`; should it have been made
/// otherwise, a time that no clock shows is replaced by the time now: one record from the far future would move the partition's
/// clock for all, and to one of 1970 every event would lie in the far future.
final class ArrivalTime implements TimestampExtractor {

    private static final Duration TOLERANCE = Duration.ofHours(2);

    /// Before there was this service: what a clock shows that was never set.
    private static final long EARLIEST = Instant.parse("2020-01-01T00:00:00Z").toEpochMilli();

    private final Clock clock;

    ArrivalTime(Clock clock) {
        this.clock = clock;
    }

    @Override
    public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
        long now = clock.millis();
        return record.timestamp() < EARLIEST || record.timestamp() > now + TOLERANCE.toMillis() ? now : record.timestamp();
    }
}
