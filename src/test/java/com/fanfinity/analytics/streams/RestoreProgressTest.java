package com.fanfinity.analytics.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicLong;

import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RestoreProgressTest {
    private static final TopicPartition FIRST = new TopicPartition("stats-changelog", 0);
    private static final TopicPartition SECOND = new TopicPartition("stats-changelog", 1);

    private final AtomicLong restored = new AtomicLong();
    private final RestoreProgress restoring = new RestoreProgress(restored::addAndGet);

    @Test
    void nothingBegun_nothingRemains() {
        assertRemaining(0, 0);
    }

    @Test
    void batches_takeFromWhatRemains_andTheEndTakesTheStoreOut() {
        restoring.onRestoreStart(FIRST, "stats", 100, 1_100);
        restoring.onRestoreStart(SECOND, "stats", 0, 10);
        assertRemaining(1_010, 2);

        restoring.onBatchRestored(FIRST, "stats", 599, 400);
        assertRemaining(510, 2);

        restoring.onRestoreEnd(FIRST, "stats", 800);
        assertRemaining(10, 1);
        assertEquals(400, restored.get(), "counted");
    }

    /// The task was given to another instance before it was restored.
    @Test
    void suspended_isNotWaitedForAnyLonger() {
        restoring.onRestoreStart(FIRST, "stats", 0, 10);

        restoring.onRestoreSuspended(FIRST, "stats", 5);

        assertRemaining(0, 0);
    }

    @Test
    void begunAgain_countsOnce() {
        restoring.onRestoreStart(FIRST, "stats", 0, 10);
        restoring.onRestoreStart(FIRST, "stats", 5, 10);

        assertRemaining(5, 1);
    }

    @Test
    void startBeyondTheEnd_leavesNothing() {
        restoring.onRestoreStart(FIRST, "stats", 12, 10);

        assertRemaining(0, 1);
    }

    private void assertRemaining(long records, int stores) {
        assertEquals(records, restoring.records(), "records");
        assertEquals(stores, restoring.stores(), "stores");
    }
}
