package com.fanfinity.analytics.event;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/// Exponential backoff with jitter. The jitter keeps several instances from retrying in step.
///
/// @param first the longest wait after the first failure; it doubles with each further failure
/// @param longest the bound of every wait
/// @param random from 0 to 1
public record Backoff(Duration first, Duration longest, DoubleSupplier random) {

    /// A wait between half of the step and all of it.
    ///
    /// @param failures in a row so far, at least 1
    public Duration after(int failures) {
        long whole = step(failures).toMillis();
        return Duration.ofMillis(whole / 2 + (long) (whole / 2.0 * random.getAsDouble()));
    }

    /// The longest wait after so many failures in a row.
    public Duration step(int failures) {
        return Duration.ofMillis(Math.min(longest.toMillis(), first.toMillis() << Math.min(failures - 1, 20)));
    }
}
