package com.fanfinity.analytics.app;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// The text of `/metrics`, rendered at most once a second: each rendering costs some 60 ms of CPU, and any client may
/// ask for it.
final class MetricsPage {

    private static final long MAX_AGE_NANOS = Duration.ofSeconds(1).toNanos();

    private final Supplier<String> render;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private String text = "";
    private long renderedAt;

    /// @param nanoTime the monotonic clock
    MetricsPage(Supplier<String> render, LongSupplier nanoTime) {
        this.render = render;
        this.nanoTime = nanoTime;
    }

    String text() {
        lock.lock();
        try {
            if (text.isEmpty() || nanoTime.getAsLong() - renderedAt >= MAX_AGE_NANOS) {
                text = render.get();
                renderedAt = nanoTime.getAsLong();
            }
            return text;
        } finally {
            lock.unlock();
        }
    }
}
