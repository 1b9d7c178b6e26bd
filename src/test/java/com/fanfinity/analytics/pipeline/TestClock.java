package com.fanfinity.analytics.pipeline;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/// A clock that the test sets.
final class TestClock extends Clock {

    private volatile Instant now;
    private volatile boolean failing;

    TestClock(Instant now) {
        this.now = now;
    }

    void advance(Duration by) {
        now = now.plus(by);
    }

    /// The current time of this clock.
    Instant now() {
        return now;
    }

    /// Makes the clock fail at the next call of `instant()`.
    void failOnce() {
        failing = true;
    }

    @Override
    public long millis() {
        return now.toEpochMilli();
    }

    @Override
    public Instant instant() {
        if (failing) {
            failing = false;
            throw new IllegalStateException("the clock fails");
        }
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
