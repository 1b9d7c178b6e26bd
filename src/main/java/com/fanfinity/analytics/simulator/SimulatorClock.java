package com.fanfinity.analytics.simulator;

import java.time.Duration;
import java.time.Instant;

/// Time and waiting for this package, so that tests can run hours of a match at once.
interface SimulatorClock {

    /// Wall-clock time; it may jump.
    Instant now();

    /// Monotonic nanoseconds from an arbitrary origin, for durations.
    long nanoTime();

    /// Waits for at least `duration`; zero and negative return at once.
    void sleep(Duration duration) throws InterruptedException;

    static SimulatorClock system() {
        return new SimulatorClock() {
            @Override
            public Instant now() {
                return Instant.now();
            }

            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public void sleep(Duration duration) throws InterruptedException {
                if (duration.isPositive()) {
                    Thread.sleep(duration);
                }
            }
        };
    }
}
