package com.fanfinity.analytics.deadletters;

import java.time.Instant;
import java.util.Optional;

/// A stretch of time, open where a bound is missing.
///
/// @param from the first moment
/// @param to the moment after the last
record TimeRange(Optional<Instant> from, Optional<Instant> to) {

    static final TimeRange ALWAYS = new TimeRange(Optional.empty(), Optional.empty());

    /// Whether the bounds are the wrong way round, or leave nothing.
    boolean isEmpty() {
        return from.isPresent() && to.isPresent() && !from.get().isBefore(to.get());
    }
}
