package com.fanfinity.analytics.sink;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/// How long to wait before the next try: doubling from {@link #FIRST} to {@link #LONGEST}, each between a half and the whole of it, so that
/// several instances do not come back in step.
///
/// @param random from 0 to 1
record Backoff(DoubleSupplier random) {

    static final Duration FIRST = Duration.ofMillis(100);
    static final Duration LONGEST = Duration.ofSeconds(5);

    /// @param failures so far, at least 1
    Duration after(int failures) {
        long whole = Math.min(LONGEST.toMillis(), FIRST.toMillis() << Math.min(failures - 1, 20));
        return Duration.ofMillis(whole / 2 + (long) (whole / 2.0 * random.getAsDouble()));
    }
}
