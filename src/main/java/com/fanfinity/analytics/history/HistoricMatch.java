package com.fanfinity.analytics.history;

import java.util.SortedMap;

import com.fanfinity.analytics.pipeline.MatchStats;
import com.fanfinity.analytics.pipeline.MinuteStats;

/// An archived match as its rows tell it.
///
/// @param minutes by minutes since the epoch; only those in which something happened
/// @param complete false if an event that came after it was archived is not stored yet
/// @param newestReceivedAt of its rows, milliseconds since the epoch
public record HistoricMatch(MatchStats stats, SortedMap<Long, MinuteStats> minutes, boolean complete, long newestReceivedAt) {

    /// Until when all events are part of it. The rows of a match are stored in the order in which Kafka took its events, so that none
    /// is missing that was acknowledged before the newest of them was received.
    ///
    /// @param lookedUpAt when the match's state was looked up, milliseconds since the epoch
    public long asOf(long lookedUpAt) {
        return complete ? lookedUpAt : Math.min(lookedUpAt, newestReceivedAt);
    }
}
