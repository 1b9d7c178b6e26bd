package com.fanfinity.analytics.ledger;

/// ClickHouse's counts of one source partition.
///
/// @param rows numbered rows of `match_events`, without FINAL
/// @param parked numbered events that ClickHouse rejected and that are in `dead_letters` as `unstorable`
/// @param highest number among all of them; 0 if there is none
/// @param dead rows of `dead_letters` from the topic of dead letters
record StoredCounts(long rows, long parked, long highest, long dead) {

    static final StoredCounts NOTHING = new StoredCounts(0, 0, 0, 0);

    /// Rows and parked events; equal to the highest number if each exists once.
    long events() {
        return rows + parked;
    }
}
