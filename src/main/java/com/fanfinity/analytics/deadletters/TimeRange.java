package com.fanfinity.analytics.deadletters;

import java.time.Instant;
import java.util.Optional;

/// A time range; a missing bound leaves it open.
///
/// @param from inclusive
/// @param to exclusive
record TimeRange(Optional<Instant> from, Optional<Instant> to) {

    static final TimeRange ALWAYS = new TimeRange(Optional.empty(), Optional.empty());

    boolean isEmpty() {
        return from.isPresent() && to.isPresent() && !from.get().isBefore(to.get());
    }
}
