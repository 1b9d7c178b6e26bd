package com.fanfinity.analytics.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/// Turns the times of a recording into times to send at: the first event is due at once, every other one so much later as
/// its timestamp says, divided by `speed`. Whoever is late does not wait and does not shift what follows.
final class Pace {
    private final double speed;
    private final SimulatorClock clock;
    private @Nullable Instant firstAt;
    private long startNanos;

    /// @param speed factor of real time, above 0
    Pace(double speed, SimulatorClock clock) {
        this.speed = speed;
        this.clock = clock;
    }

    /// Waits until an event of time `at` is due; without a time it is due now.
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
