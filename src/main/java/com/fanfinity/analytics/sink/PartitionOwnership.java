package com.fanfinity.analytics.sink;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/// The time during which this sink owns a partition, from one start to the next. When it ends, work for the partition
/// stops before its next attempt. Safe to use from any thread.
final class PartitionOwnership {
    private final UUID id = UUID.randomUUID();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicBoolean failing = new AtomicBoolean();
    private final AtomicReference<Optional<Claim>> claim = new AtomicReference<>(Optional.empty());

    /// The owner in this ownership's {@link Claim} on the partition.
    UUID id() {
        return id;
    }

    void setClaim(Claim made) {
        claim.set(Optional.of(made));
    }

    /// To be called only after {@link #setClaim}: no batch is sent without a claim.
    Claim claim() {
        return claim.get().orElseThrow();
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
}
