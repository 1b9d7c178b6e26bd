package com.fanfinity.analytics.sink;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// When the group last took this member for one of its own, by giving it partitions or taking a commit of theirs. From then on it waits a
/// session timeout before it gives them to another.
///
/// A process that was stopped (a paused container, a long collection of garbage), or cut off from Kafka alone, may go on with an insert's
/// retry while its partitions have long been another's. So no insert starts on an old pulse.
final class Pulse {
    private final LongSupplier nanoTime;
    private final long limitNanos;
    private final AtomicLong last;

    /// @param nanoTime a monotonic clock
    Pulse(LongSupplier nanoTime, Duration limit) {
        this.nanoTime = nanoTime;
        this.limitNanos = limit.toNanos();
        this.last = new AtomicLong(nanoTime.getAsLong() - limitNanos);
    }

    /// @param sent when the question was sent to which the group's answer has come
    void beat(long sent) {
        last.accumulateAndGet(sent, (before, now) -> now - before > 0 ? now : before);
    }

    boolean isFresh() {
        return nanoTime.getAsLong() - last.get() < limitNanos;
    }
}
