package com.fanfinity.analytics.history;

import com.fanfinity.analytics.pipeline.KeyMomentList;

/// Key moments of an archived match, computed from its rows.
///
/// @param complete false if an event that arrived after the archiving is not stored yet
/// @param archivedAt as in {@link HistoricMatch}
public record HistoricMoments(KeyMomentList moments, boolean complete, long archivedAt) {

    /// As {@link HistoricMatch#asOf}.
    public long asOf(long lookedUpAt) {
        return complete ? lookedUpAt : Math.min(lookedUpAt, archivedAt);
    }
}
