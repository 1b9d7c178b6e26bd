package com.fanfinity.analytics.pipeline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// The matches that were last published with a current rate (`eventsPerMinute.current` is not 0), and when that rate
/// expires. An expired match is published once more, with a rate of 0. Otherwise viewers would see the old rate
/// forever.
///
/// Not thread-safe.
final class ActiveRateExpiry {

    /// The maximum number of matches in memory. The caller finds the others in the stored state, once all of these have
    /// expired.
    static final int MOST = 10_000;

    private final Map<String, Long> until = new HashMap<>();
    private boolean more;

    /// @param until milliseconds since the epoch; empty if the match was published with a rate of 0
    void recordPublished(String matchId, OptionalLong until) {
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

    /// Claims the search of the stored state for the matches that had no room here.
    ///
    /// @return true once, as soon as there are such matches and there is room for them
    boolean claimRescan() {
        boolean claimed = more && until.isEmpty();
        more &= !claimed;
        return claimed;
    }

    /// Removes the matches whose rate has expired.
    ///
    /// @param now milliseconds since the epoch
    List<String> removeExpired(long now) {
        List<String> expired = new ArrayList<>();
        until.forEach((matchId, end) -> {
            if (end <= now) {
                expired.add(matchId);
            }
        });
        expired.forEach(until::remove);
        return expired;
    }
}
