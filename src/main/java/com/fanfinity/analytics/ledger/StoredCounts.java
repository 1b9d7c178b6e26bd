package com.fanfinity.analytics.ledger;

/// What ClickHouse holds of one source partition.
///
/// @param rows numbered rows of `match_events`, without FINAL
/// @param parked numbered events that ClickHouse refused and that are in `dead_letters` as `unstorable`
/// @param highest number among all of them; 0 if there is none
/// @param dead rows of `dead_letters` that came by the topic of dead letters
record StoredCounts(long rows, long parked, long highest, long dead) {

    static final StoredCounts NOTHING = new StoredCounts(0, 0, 0, 0);

    /// Rows and parked events; equal to the highest number if each is there once.
    long events() {
        return rows + parked;
    }
}
