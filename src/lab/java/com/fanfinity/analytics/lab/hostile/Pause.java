package com.fanfinity.analytics.lab.hostile;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// Holds an attack for some time.
final class Pause {

    private Pause() {}

    /// Returns after `time`, or earlier if the service ends.
    static void whileAlive(Target target, Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() - end < 0 && target.isAlive()) {
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }
}
