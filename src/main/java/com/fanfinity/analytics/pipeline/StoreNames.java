package com.fanfinity.analytics.pipeline;

/// The names of the state stores. Changelog topics are named after them: a changed name loses the state.
public final class StoreNames {

    /// Identities of accepted events by arrival time: `matchId 0 eventId` in a window → {@link SeenEvent}.
    public static final String SEEN = "seen-events";

    /// `matchId` → {@link MatchState}.
    public static final String STATS = "match-stats";

    /// `matchId 0 minute` → {@link MinuteStats}.
    public static final String MINUTES = "match-minutes";

    /// `matchId 0 timestamp eventId` → event JSON: the newest events of each match. Its `{` takes the place of the
    /// version byte.
    public static final String RECENT = "recent-events";

    /// `matchId 0 eventId` → {@link StoredMoment}: key moments, and targets of retractions that have not arrived;
    /// `matchId 1 timestamp eventId` → the key moment as JSON, {@link KeyMomentIndex}.
    public static final String MOMENTS = "match-moments";

    /// Partition of `match-events` → {@link LedgerEntry}.
    public static final String LEDGER = "ledger";

    private StoreNames() {}
}
