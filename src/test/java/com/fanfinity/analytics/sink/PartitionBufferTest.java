package com.fanfinity.analytics.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import java.util.OptionalLong;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class PartitionBufferTest {

    private static final TopicPartition PARTITION = new TopicPartition("match-events-accepted", 3);
    private static final Batch.Limits WIDE = new Batch.Limits(1_000, 1 << 30);

    private final PartitionBuffer lane = new PartitionBuffer(PARTITION, 0);

    /// A record that arrived at that millisecond, whose offset is the same number, and which the log ends with.
    private void read(long offset) {
        var record = new ConsumerRecord<>(PARTITION.topic(), PARTITION.partition(), offset, offset, TimestampType.LOG_APPEND_TIME, 0, 0,
                new byte[0], new byte[0], new RecordHeaders(), Optional.empty());
        lane.add(new Row(Table.EVENTS, 202_611, new byte[0], "", 0, record), 0);
        lane.read(offset + 1, OptionalLong.of(offset + 1));
    }

    @Test
    void behind_rowsComeAllTheTime_isTheAgeOfTheOldestOne() {
        lane.reading(0, new StartOffsetResolver.Located(OptionalLong.empty(), "database"));
        read(100);
        for (long at = 200; at < 1_000_000; at += 100) {
            Batch batch = lane.take(WIDE);
            read(at);
            assertEquals(100, lane.behindMillis(at), "one is under way");
            lane.delivered(batch);
            assertEquals(0, lane.behindMillis(at), "one has just come");
        }
    }

    @Test
    void behind_recordsThatAreNotReadYet_areNotOlderThanTheLastStored() {
        lane.reading(0, new StartOffsetResolver.Located(OptionalLong.empty(), "database"));
        read(100);
        lane.delivered(lane.take(WIDE));

        lane.read(101, OptionalLong.of(900));

        assertEquals(50, lane.behindMillis(150));
    }

    @Test
    void behind_nothingLeft_isZero_andThenCountsFromThere() {
        lane.reading(0, new StartOffsetResolver.Located(OptionalLong.empty(), "database"));
        read(100);
        lane.delivered(lane.take(WIDE));

        assertEquals(0, lane.behindMillis(5_000));
        lane.read(101, OptionalLong.of(102));
        assertEquals(20, lane.behindMillis(5_020));
    }
}
