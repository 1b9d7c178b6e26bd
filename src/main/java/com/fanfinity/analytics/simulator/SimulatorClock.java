package com.fanfinity.analytics.simulator;

import java.time.Duration;
import java.time.Instant;

/// The only way in which this package looks at the time or waits, so that tests run hours of a match in no time.
interface SimulatorClock {

    /// Wall-clock time; may step.
    Instant now();

    /// Monotonic nanoseconds from an arbitrary origin; for measuring only.
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
