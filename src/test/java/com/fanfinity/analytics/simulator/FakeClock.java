package com.fanfinity.analytics.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// A clock that only moves when somebody sleeps, and remembers for how long.
final class FakeClock implements FeedClock {
    private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");
    private Duration passed = Duration.ZERO;
    private final List<Duration> sleeps = new ArrayList<>();

    @Override
    public synchronized Instant now() {
        return START.plus(passed);
    }

    @Override
    public synchronized long nanoTime() {
        return passed.toNanos();
    }

    @Override
    public synchronized void sleep(Duration duration) {
        if (duration.isPositive()) {
            passed = passed.plus(duration);
            sleeps.add(duration);
        }
    }

    synchronized List<Duration> sleeps() {
        return List.copyOf(sleeps);
    }

    synchronized Duration passed() {
        return passed;
    }
}
