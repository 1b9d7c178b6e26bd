package com.fanfinity.analytics.history;

import com.fanfinity.analytics.pipeline.KeyMomentList;

/// Key moments of an archived match as its rows tell them.
///
/// @param complete false if an event that came after it was archived is not stored yet
/// @param newestReceivedAt of the match's rows, milliseconds since the epoch
public record HistoricMoments(KeyMomentList moments, boolean complete, long newestReceivedAt) {

    /// As {@link HistoricMatch#asOf}.
    public long asOf(long lookedUpAt) {
        return complete ? lookedUpAt : Math.min(lookedUpAt, newestReceivedAt);
    }
}
