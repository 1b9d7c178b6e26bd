package com.fanfinity.analytics.history;

import java.util.SortedMap;

import com.fanfinity.analytics.pipeline.MatchStats;
import com.fanfinity.analytics.pipeline.MinuteStats;

/// An archived match, computed from its rows.
///
/// @param minutes by minutes since the epoch; only minutes with events
/// @param complete false if an event that arrived after the archiving is not stored yet
/// @param newestReceivedAt of its rows, milliseconds since the epoch
public record HistoricMatch(MatchStats stats, SortedMap<Long, MinuteStats> minutes, boolean complete,
        long newestReceivedAt) {

    /// The match contains every event that was acknowledged before this time. Its rows are stored in Kafka's order, so
    /// no event earlier than the newest row is missing.
    ///
    /// @param lookedUpAt when the match's state was looked up, milliseconds since the epoch
    public long asOf(long lookedUpAt) {
        return complete ? lookedUpAt : Math.min(lookedUpAt, newestReceivedAt);
    }
}
