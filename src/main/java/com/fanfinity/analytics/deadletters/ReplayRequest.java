package com.fanfinity.analytics.deadletters;

import java.util.List;
import java.util.Optional;

import com.fanfinity.analytics.event.DeadReason;

/// Which letters are to be replayed.
sealed interface ReplayRequest {

    /// The most letters of one request.
    int MOST = 1_000;

    /// @param ids each once
    record ByIds(List<DeadLetterId> ids) implements ReplayRequest {
        public ByIds {
            ids = List.copyOf(ids);
        }
    }

    /// The oldest that were not replayed yet.
    ///
    /// @param after only those behind this place, for going on behind letters that are refused again
    record ByReason(DeadReason reason, TimeRange span, Optional<DeadLetterPosition> after, int limit) implements ReplayRequest {}
}
