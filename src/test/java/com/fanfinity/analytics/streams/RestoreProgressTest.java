package com.fanfinity.analytics.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicLong;

import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RestoreProgressTest {
    private static final TopicPartition FIRST = new TopicPartition("stats-changelog", 0);
    private static final TopicPartition SECOND = new TopicPartition("stats-changelog", 1);

    private final AtomicLong restored = new AtomicLong();
    private final RestoreProgress restore = new RestoreProgress(restored::addAndGet);

    @Test
    void records_noRestoreStarted_areZero() {
        assertRemaining(0, 0);
    }

    @Test
    void records_restoredBatchAndEnd_decrease() {
        restore.onRestoreStart(FIRST, "stats", 100, 1_100);
        restore.onRestoreStart(SECOND, "stats", 0, 10);
        assertRemaining(1_010, 2);

        restore.onBatchRestored(FIRST, "stats", 599, 400);
        assertRemaining(510, 2);

        restore.onRestoreEnd(FIRST, "stats", 800);
        assertRemaining(10, 1);
        assertEquals(400, restored.get(), "counted");
    }

    /// A rebalance moved the task to another instance before its restore ended.
    @Test
    void records_suspendedRestore_areZero() {
        restore.onRestoreStart(FIRST, "stats", 0, 10);

        restore.onRestoreSuspended(FIRST, "stats", 5);

        assertRemaining(0, 0);
    }

    @Test
    void records_restoreStartedTwice_countOnce() {
        restore.onRestoreStart(FIRST, "stats", 0, 10);
        restore.onRestoreStart(FIRST, "stats", 5, 10);

        assertRemaining(5, 1);
    }

    @Test
    void records_startBeyondTheEnd_areZero() {
        restore.onRestoreStart(FIRST, "stats", 12, 10);

        assertRemaining(0, 1);
    }

    private void assertRemaining(long records, int stores) {
        assertEquals(records, restore.records(), "records");
        assertEquals(stores, restore.stores(), "stores");
    }
}
