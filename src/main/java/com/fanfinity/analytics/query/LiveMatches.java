package com.fanfinity.analytics.query;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import com.fanfinity.analytics.event.MatchStatus;
import com.fanfinity.analytics.query.MatchLookup.MatchEntry;

/// Counts the live matches of this instance, and those that have been live for too long.
///
/// A match is live since this instance first saw it live, by its own clock: clients' clocks are unreliable, and a match
/// of 2018 may be replayed today. A match that was live before this instance owned it counts from its newest event. It
/// becomes overdue late, never early.
public final class LiveMatches {

    /// Twice the duration of a match with extra time, shoot-out and all breaks.
    static final Duration OVERDUE = Duration.ofHours(6);

    /// One read of the stores serves both numbers of a scrape.
    private static final Duration MAX_AGE = Duration.ofSeconds(1);

    private final Supplier<List<MatchEntry>> activeMatches;
    private final InstantSource clock;
    private Instant readAt = Instant.EPOCH;
    private Map<String, Instant> liveSince = Map.of();

    /// @param activeMatches as {@link MatchLookup#activeMatches}
    public LiveMatches(Supplier<List<MatchEntry>> activeMatches, InstantSource clock) {
        this.activeMatches = activeMatches;
        this.clock = clock;
    }

    public synchronized long count() {
        return liveSince(clock.instant()).size();
    }

    public synchronized long overdue() {
        Instant now = clock.instant();
        return liveSince(now).values().stream().filter(since -> since.plus(OVERDUE).isBefore(now)).count();
    }

    private Map<String, Instant> liveSince(Instant now) {
        if (now.isBefore(readAt.plus(MAX_AGE)) && !now.isBefore(readAt)) {
            return liveSince;
        }
        Map<String, Instant> found = new HashMap<>();
        for (MatchEntry match : activeMatches.get()) {
            if (match.stats().status() == MatchStatus.LIVE) {
                Instant active = Instant.ofEpochMilli(match.stats().lastActivityAt());
                found.put(match.matchId(), liveSince.getOrDefault(match.matchId(), active.isAfter(now) ? now : active));
            }
        }
        liveSince = found;
        readAt = now;
        return found;
    }
}
