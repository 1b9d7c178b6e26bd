package com.fanfinity.analytics.sink;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// The time for which a partition is this sink's. Work for it stops between two tries once that is over.
final class Tenure {
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicBoolean fresh = new AtomicBoolean(true);

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

    /// True once: for the first batch of the tenure, which a predecessor may have sent before it died.
    boolean takeFirst() {
        return fresh.getAndSet(false);
    }
}
