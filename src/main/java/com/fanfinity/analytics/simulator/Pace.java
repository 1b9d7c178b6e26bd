package com.fanfinity.analytics.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/// Converts the timestamps of a recording to sending times. The first event is due at once. Every other one is due
/// after its distance to the first one, divided by `speed`. A late event is sent at once and does not delay the
/// following ones.
final class Pace {
    private final double speed;
    private final SimulatorClock clock;
    private @Nullable Instant firstAt;
    private long startNanos;

    /// @param speed a multiple of real time, above 0
    Pace(double speed, SimulatorClock clock) {
        this.speed = speed;
        this.clock = clock;
    }

    /// Waits until an event with the timestamp `at` is due; without a timestamp it is due at once.
    void await(Optional<Instant> at) throws InterruptedException {
        if (at.isEmpty()) {
            return;
        }
        Instant first = firstAt;
        if (first == null) {
            firstAt = at.get();
            startNanos = clock.nanoTime();
            return;
        }
        double due = Duration.between(first, at.get()).toNanos() / speed;
        clock.sleep(Duration.ofNanos((long) due - (clock.nanoTime() - startNanos)));
    }
}
