package com.fanfinity.analytics.sink;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// When the group last took this member for one of its own: it then took a commit of it. From when that was sent it waits a session timeout
/// at least before it gives the member's partitions to another.
///
/// A process that was stopped (a paused container, a long collection of garbage), or cut off from Kafka alone, may go on with an insert's
/// retry while its partitions have long been another's. So no insert starts on an old pulse.
final class MembershipCheck {
    private final LongSupplier nanoTime;
    private final long limitNanos;
    private final AtomicLong last;

    /// @param nanoTime a monotonic clock
    MembershipCheck(LongSupplier nanoTime, Duration limit) {
        this.nanoTime = nanoTime;
        this.limitNanos = limit.toNanos();
        this.last = new AtomicLong(nanoTime.getAsLong() - limitNanos);
    }

    /// @param sent when the commit was sent that the group has taken
    void beat(long sent) {
        last.accumulateAndGet(sent, (before, now) -> now - before > 0 ? now : before);
    }

    boolean isFresh() {
        return nanoTime.getAsLong() - last.get() < limitNanos;
    }
}
