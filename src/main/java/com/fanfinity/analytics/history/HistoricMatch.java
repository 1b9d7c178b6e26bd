package com.fanfinity.analytics.history;

import java.util.SortedMap;

import com.fanfinity.analytics.pipeline.MatchStats;
import com.fanfinity.analytics.pipeline.MinuteStats;

/// An archived match, computed from its rows.
///
/// @param minutes by minutes since the epoch; only minutes with events
/// @param complete false if an event that arrived after the archiving is not stored yet
/// @param archivedAt every event that was acknowledged before this time is stored, milliseconds since the epoch
public record HistoricMatch(MatchStats stats, SortedMap<Long, MinuteStats> minutes, boolean complete,
        long archivedAt) {

    /// The match contains every event that was acknowledged before this time. The arrival times of its rows prove no
    /// later time: they come from the clocks of other machines and are not in Kafka's order.
    ///
    /// @param lookedUpAt the time up to which the match's state was complete, milliseconds since the epoch
    public long asOf(long lookedUpAt) {
        return complete ? lookedUpAt : Math.min(lookedUpAt, archivedAt);
    }
}
