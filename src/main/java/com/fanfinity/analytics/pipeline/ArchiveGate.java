package com.fanfinity.analytics.pipeline;

import java.util.OptionalLong;

/// Says how far ClickHouse holds a partition, so that what it holds can go from the state stores.
@FunctionalInterface
public interface ArchiveGate {

    /// The latest time for which it is known that every event accepted until then is stored, milliseconds since the epoch; empty if
    /// nothing is known, or something does not add up.
    ///
    /// @param partition of `match-events`
    OptionalLong storedUpTo(int partition);
}
