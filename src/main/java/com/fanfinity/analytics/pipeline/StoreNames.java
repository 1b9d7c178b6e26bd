package com.fanfinity.analytics.pipeline;

/// The state stores by name. The names are part of the changelog topics' names: changing one loses its state.
public final class StoreNames {

    /// Event identities seen, by arrival time: `matchId 0 eventId` in a window → arrival.
    public static final String SEEN = "seen-events";

    /// `matchId` → {@link MatchState}.
    public static final String STATS = "match-stats";

    /// `matchId 0 minute` → {@link MinuteStats}.
    public static final String MINUTES = "match-minutes";

    /// `matchId 0 timestamp eventId` → event JSON: the newest events of each match. Its `{` stands where others have their version byte.
    public static final String RECENT = "recent-events";

    /// `matchId 0 eventId` → {@link Moment}: key moments, and what retractions name that has not come yet;
    /// `matchId 1 timestamp eventId` → the moment as it is told, {@link MomentList}.
    public static final String MOMENTS = "match-moments";

    /// Partition of `match-events` → {@link LedgerEntry}.
    public static final String LEDGER = "ledger";

    private StoreNames() {}
}
