package com.fanfinity.analytics.pipeline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// Matches that were published as going on (`eventsPerMinute.current` is not 0), and until when that holds if nothing more comes: they are
/// then to be published once more, or those who follow them would see the old number for ever.
///
/// Not thread-safe.
final class ActiveRateExpiry {

    /// The most that are remembered. What is beyond is in the stored state and to be looked for there, when all of these are over.
    static final int MOST = 10_000;

    private final Map<String, Long> until = new HashMap<>();
    private boolean more;

    /// @param until milliseconds since the epoch; empty if it was published as one in which nothing goes on
    void published(String matchId, OptionalLong until) {
        if (until.isEmpty()) {
            this.until.remove(matchId);
        } else if (this.until.size() < MOST || this.until.containsKey(matchId)) {
            this.until.put(matchId, until.getAsLong());
        } else {
            more = true;
        }
    }

    boolean isEmpty() {
        return until.isEmpty() && !more;
    }

    /// Whether there are others to be looked for, and room for them. Says so once.
    boolean takeMore() {
        boolean take = more && until.isEmpty();
        more &= !take;
        return take;
    }

    /// The matches for which it no longer holds; they are forgotten.
    ///
    /// @param now milliseconds since the epoch
    List<String> over(long now) {
        List<String> over = new ArrayList<>();
        until.forEach((matchId, end) -> {
            if (end <= now) {
                over.add(matchId);
            }
        });
        over.forEach(until::remove);
        return over;
    }
}
