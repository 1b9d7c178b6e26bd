package com.fanfinity.analytics.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// A clock that only advances by sleeping, and records the durations.
final class FakeClock implements SimulatorClock {
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
