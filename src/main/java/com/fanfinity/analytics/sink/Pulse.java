package com.fanfinity.analytics.sink;

import java.time.Duration;
import java.util.function.LongSupplier;

/// When the poll thread last came round. While it does, the group has heard of this member and its partitions are its own.
///
/// A process that was stopped (a paused container, a long collection of garbage) may wake up in the middle of an insert's retry while its
/// partitions have long been another's. So no insert starts on an old pulse: the poll thread first learns what it has lost.
final class Pulse {
    private final LongSupplier nanoTime;
    private final long limitNanos;
    private volatile long last;

    Pulse(LongSupplier nanoTime, Duration limit) {
        this.nanoTime = nanoTime;
        this.limitNanos = limit.toNanos();
        this.last = nanoTime.getAsLong();
    }

    void beat() {
        last = nanoTime.getAsLong();
    }

    boolean isFresh() {
        return nanoTime.getAsLong() - last < limitNanos;
    }
}
