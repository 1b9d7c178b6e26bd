package com.fanfinity.analytics.sink;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// The time during which this sink owns a partition, from one start to the next. When it ends, work for the partition
/// stops before its next attempt. Safe to use from any thread.
final class PartitionOwnership {
    private final UUID id = UUID.randomUUID();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicBoolean first = new AtomicBoolean(true);
    private final AtomicBoolean failing = new AtomicBoolean();
    private final AtomicLong storedBefore = new AtomicLong();

    /// The owner in this ownership's {@link PartitionClaims claim} on the partition.
    UUID id() {
        return id;
    }

    void end() {
        ended.countDown();
    }

    boolean hasEnded() {
        return ended.getCount() == 0;
    }

    /// Waits for the given time, or until the ownership ends.
    ///
    /// @return whether this sink still owns the partition
    boolean pause(Duration time) throws InterruptedException {
        return !ended.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    void setFailing(boolean lastAttemptFailed) {
        failing.set(lastAttemptFailed);
    }

    boolean isFailing() {
        return failing.get();
    }

    /// All records before this offset were stored once. If one of them is read again, its row is gone.
    void markStoredBefore(long offset) {
        storedBefore.accumulateAndGet(offset, Math::max);
    }

    /// To be called once for each batch, before its first attempt.
    ///
    /// @return whether ClickHouse may already know the batch's token: it is the first batch of the ownership, which a
    ///     predecessor may have sent before it died, or the batch was stored once
    boolean registerBatch(Batch batch) {
        return first.getAndSet(false) || batch.first() < storedBefore.get();
    }
}
