package com.fanfinity.analytics.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.event.DeadReason;
import com.fanfinity.analytics.event.RecordHeaders;
import com.fanfinity.analytics.pipeline.DeadLetters.RecordOrigin;

class ArrivalTimeTest {

    private final ArrivalTime arrivalTime = new ArrivalTime(new TestClock(PipelineDriver.START));

    private static ConsumerRecord<Object, Object> record(Optional<Integer> leaderEpoch) {
        Headers forged = new org.apache.kafka.common.header.internals.RecordHeaders();
        RecordHeaders.put(forged, RecordHeaders.LEADER_EPOCH, 99);
        return new ConsumerRecord<>(PipelineDriver.TOPICS.events(), 0, 7, PipelineDriver.START.toEpochMilli(),
                TimestampType.LOG_APPEND_TIME, 1, 1, "key", "value", forged, leaderEpoch);
    }

    private static OptionalLong marked(ConsumerRecord<Object, Object> record) {
        return RecordHeaders.number(record.headers(), RecordHeaders.LEADER_EPOCH);
    }

    @Test
    void extract_recordWithALeaderEpoch_passesItOnInsteadOfTheProducersHeader() {
        ConsumerRecord<Object, Object> record = record(Optional.of(5));

        RecordHeaders.put(record.headers(), RecordHeaders.UNSTABLE_TIME, "forged");

        assertEquals(PipelineDriver.START.toEpochMilli(), arrivalTime.extract(record, 0));

        assertEquals(OptionalLong.of(5), marked(record));
        assertNull(record.headers().lastHeader(RecordHeaders.UNSTABLE_TIME));
    }

    /// The clock of a machine without a battery, before the network has set it. By the year 1970 every event would lie
    /// too far in the future, and would become a dead letter in spite of its 202.
    @Test
    void extract_ownClockWasNeverSet_isTheBrokersTime() {
        ArrivalTime unset = new ArrivalTime(new TestClock(Instant.EPOCH));

        assertEquals(PipelineDriver.START.toEpochMilli(), unset.extract(record(Optional.of(5)), 0));
    }

    @Test
    void extract_noClockWasEverSet_isNoTimeForWhichEventsAreTooFarAhead() {
        ArrivalTime unset = new ArrivalTime(new TestClock(Instant.EPOCH));
        ConsumerRecord<Object, Object> record = new ConsumerRecord<>(PipelineDriver.TOPICS.events(), 0, 7,
                Instant.EPOCH.toEpochMilli(), TimestampType.LOG_APPEND_TIME, 1, 1, "key", "value",
                new org.apache.kafka.common.header.internals.RecordHeaders(), Optional.of(5));

        assertEquals(Instant.parse("2020-01-01T00:00:00Z").toEpochMilli(), unset.extract(record, 0));
        assertNotNull(record.headers().lastHeader(RecordHeaders.UNSTABLE_TIME));
    }

    @Test
    void extract_recordWithoutALeaderEpoch_hasNone() {
        ConsumerRecord<Object, Object> record = record(Optional.empty());

        arrivalTime.extract(record, 0);

        assertEquals(OptionalLong.empty(), marked(record));
    }

    @Test
    void extract_recordBecomesADeadLetter_itsLeaderEpochIsNotWritten() {
        ConsumerRecord<Object, Object> record = record(Optional.of(5));
        arrivalTime.extract(record, 0);

        Headers dead = DeadLetters.headers(record.headers(), new byte[0], new byte[0],
                new RecordOrigin(record.topic(), 0, 7), DeadReason.INVALID, "");

        assertEquals(OptionalLong.empty(), RecordHeaders.number(dead, RecordHeaders.LEADER_EPOCH));
    }
}
