package com.fanfinity.analytics.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.rows.Row;
import com.fanfinity.analytics.rows.Table;

class PartitionBufferTest {

    private static final TopicPartition PARTITION = new TopicPartition("match-events-accepted", 3);
    private static final Batch.Limits WIDE = new Batch.Limits(1_000, 1 << 30);

    private final PartitionBuffer buffer = new PartitionBuffer(PARTITION, 0);

    private static StartOffsetResolver.StoredPosition stored(OptionalLong row) {
        return new StartOffsetResolver.StoredPosition(new StoredOffsets.Stored(row, OptionalLong.empty()), "database");
    }

    /// Adds the last record of the log; its offset is also the millisecond of its arrival.
    private void read(long offset) {
        var record = new ConsumerRecord<>(PARTITION.topic(), PARTITION.partition(), offset, offset,
                TimestampType.LOG_APPEND_TIME, 0, 0,
                new byte[0], new byte[0], new RecordHeaders(), Optional.empty());
        buffer.add(new Row(Table.EVENTS, 202_611, new byte[0], "", 0, record), 0);
        buffer.updatePosition(offset + 1, OptionalLong.of(offset + 1));
    }

    @Test
    void lag_steadyRows_isTheAgeOfTheOldest() {
        buffer.startReading(0, stored(OptionalLong.empty()), "topic");
        read(100);
        for (long at = 200; at < 1_000_000; at += 100) {
            Batch batch = buffer.drainBatch(WIDE);
            read(at);
            assertEquals(100, buffer.updateLagMillis(at), "one batch is in flight");
            buffer.completeBatch(batch);
            assertEquals(0, buffer.updateLagMillis(at), "one row has just arrived");
        }
    }

    @Test
    void lag_unreadRecords_isSinceTheLastStored() {
        buffer.startReading(0, stored(OptionalLong.empty()), "topic");
        read(100);
        buffer.completeBatch(buffer.drainBatch(WIDE));

        buffer.updatePosition(101, OptionalLong.of(900));

        assertEquals(50, buffer.updateLagMillis(150));
    }

    @Test
    void lag_nothingLeft_isZeroAndGrowsFromThere() {
        buffer.startReading(0, stored(OptionalLong.empty()), "topic");
        read(100);
        buffer.completeBatch(buffer.drainBatch(WIDE));

        assertEquals(0, buffer.updateLagMillis(5_000));
        buffer.updatePosition(101, OptionalLong.of(102));
        assertEquals(20, buffer.updateLagMillis(5_020));
    }

    private void start() {
        buffer.startReading(100, stored(OptionalLong.of(99)), "topic");
    }

    /// The committed offset proves that the rows before it are stored.
    @Test
    void storedUpTo_rowsWaitOrAreInFlight_isTheOldestOfThem() {
        start();
        assertEquals(100, buffer.storedUpTo());
        read(100);
        assertEquals(100, buffer.storedUpTo(), "it waits");
        Batch batch = buffer.drainBatch(WIDE);
        assertEquals(100, buffer.storedUpTo(), "it is in flight");
        read(101);
        assertEquals(100, buffer.storedUpTo(), "one is in flight, one waits");
        buffer.completeBatch(batch);
        assertEquals(101, buffer.storedUpTo(), "it waits");
        buffer.completeBatch(buffer.drainBatch(WIDE));
        buffer.updatePosition(105, OptionalLong.of(105));
        assertEquals(105, buffer.storedUpTo(), "the records after the last row have nothing to store");
    }

    /// With two batches in flight, the highest stored offset would not mean "everything up to here".
    @Test
    void isDue_batchInFlight_isFalseInEveryCase() {
        start();
        read(100);
        assertTrue(buffer.isDue(WIDE, Duration.ZERO, 1, true));
        Batch batch = buffer.drainBatch(WIDE);
        read(101);
        assertFalse(buffer.isDue(new Batch.Limits(1, 1), Duration.ZERO, Long.MAX_VALUE, true));
        buffer.completeBatch(batch);
        assertTrue(buffer.isDue(new Batch.Limits(1, 1), Duration.ofDays(1), 1, false), "full");
        assertFalse(buffer.isDue(WIDE, Duration.ofNanos(2), 1, false), "neither full nor old");
    }

    /// {@link Delivery} checks after a failure that this offset is still stored.
    @Test
    void highWaterMark_batchStored_isItsLastOffset() {
        start();
        assertEquals(OptionalLong.of(99), buffer.status().highWaterMark());
        read(100);
        read(103);
        Batch batch = buffer.drainBatch(WIDE);
        assertEquals(OptionalLong.of(99), buffer.status().highWaterMark());
        buffer.completeBatch(batch);
        assertEquals(OptionalLong.of(103), buffer.status().highWaterMark());
    }
}
