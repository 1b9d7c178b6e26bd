package com.fanfinity.analytics.pipeline;

import java.time.Instant;
import java.util.Optional;

/// The times up to which offsets of `match-events` are known to be complete.
@FunctionalInterface
public interface ProvenTime {

    /// A state that has processed every record before this offset contains every event that was acknowledged before
    /// the returned time, which is never in the future. Empty if no such time is known.
    ///
    /// @param partition of `match-events`
    Optional<Instant> completeUpTo(int partition, long nextOffset);
}
