package com.fanfinity.analytics.pipeline;

import java.util.OptionalLong;

/// Reports how far ClickHouse holds a partition, so that stored events can leave the state stores.
@FunctionalInterface
public interface ArchiveGate {

    /// The latest time for which ClickHouse is known to hold every event accepted by then, milliseconds since the
    /// epoch. Empty if no such time is known, or if the ledger does not balance.
    ///
    /// @param partition of `match-events`
    OptionalLong storedUpTo(int partition);
}
