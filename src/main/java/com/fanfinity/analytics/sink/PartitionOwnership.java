package com.fanfinity.analytics.sink;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// The time for which a partition is this sink's. Work for it stops between two tries once that is over.
final class PartitionOwnership {
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicBoolean fresh = new AtomicBoolean(true);
    private final AtomicBoolean inTrouble = new AtomicBoolean();
    private final AtomicLong storedOnceBefore = new AtomicLong();

    void end() {
        over.countDown();
    }

    boolean isOver() {
        return over.getCount() == 0;
    }

    /// Waits; cut short by the end of the tenure.
    ///
    /// @return whether the tenure goes on
    boolean pause(Duration time) throws InterruptedException {
        return !over.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /// Says whether the last try to store something failed.
    void inTrouble(boolean failed) {
        inTrouble.set(failed);
    }

    boolean isInTrouble() {
        return inTrouble.get();
    }

    /// All before this offset was stored once, and is not there any more as far as it is read again.
    void storedOnceBefore(long offset) {
        storedOnceBefore.accumulateAndGet(offset, Math::max);
    }

    /// Whether ClickHouse may know the batch's token already: it is the first batch of the tenure, which a predecessor may have sent before it
    /// died, or it was stored once. To be asked once of each batch.
    boolean mayHaveBeenSent(Batch batch) {
        return fresh.getAndSet(false) || batch.first() < storedOnceBefore.get();
    }
}
