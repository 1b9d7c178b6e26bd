package com.fanfinity.analytics.pipeline;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

import com.fanfinity.analytics.event.RecordHeaders;

/// The arrival time of a record: the timestamp that the broker set, since the topic is created with `LogAppendTime`.
/// It also passes the record's leader epoch on, in the header {@link RecordHeaders#LEADER_EPOCH}, because no later step
/// has access to it.
///
/// Should the topic have been created otherwise, an implausible timestamp is replaced by the current time. One record
/// from the far future would move the partition's clock, and for a record of 1970 every event would lie in the far
/// future. The header {@link RecordHeaders#UNSTABLE_TIME} marks such a record. For the same reason the clock of this
/// process counts only if it was ever set.
final class ArrivalTime implements TimestampExtractor {

    private static final Duration TOLERANCE = Duration.ofHours(2);

    /// Earlier times come from clocks that were never set.
    private static final long EARLIEST = Instant.parse("2020-01-01T00:00:00Z").toEpochMilli();

    private final Clock clock;

    ArrivalTime(Clock clock) {
        this.clock = clock;
    }

    @Override
    public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
        markLeaderEpoch(record);
        long now = clock.millis();
        boolean isTooLate = now >= EARLIEST && record.timestamp() > now + TOLERANCE.toMillis();
        record.headers().remove(RecordHeaders.UNSTABLE_TIME); // a producer may have set it
        if (record.timestamp() < EARLIEST || isTooLate) {
            RecordHeaders.put(record.headers(), RecordHeaders.UNSTABLE_TIME, "");
            return Math.max(now, EARLIEST);
        }
        return record.timestamp();
    }

    private static void markLeaderEpoch(ConsumerRecord<Object, Object> record) {
        if (record.leaderEpoch().isPresent()) {
            RecordHeaders.put(record.headers(), RecordHeaders.LEADER_EPOCH, record.leaderEpoch().get());
        } else {
            record.headers().remove(RecordHeaders.LEADER_EPOCH); // a producer may have set it
        }
    }
}
