package com.fanfinity.analytics.deadletters;

import java.util.List;
import java.util.Optional;

import com.fanfinity.analytics.event.DeadReason;

/// The selection of letters for a replay.
sealed interface ReplayRequest {

    /// The most letters of one request.
    int MOST = 1_000;

    /// @param ids each once
    record ByIds(List<DeadLetterId> ids) implements ReplayRequest {
        public ByIds {
            ids = List.copyOf(ids);
        }
    }

    /// The oldest letters that were not replayed yet.
    ///
    /// @param after only letters after this position, to continue after letters that are rejected again
    record ByReason(DeadReason reason, TimeRange span, Optional<DeadLetterPosition> after,
            int limit) implements ReplayRequest {}
}
