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

/// How many matches of this instance are live, and how many of them have been so for too long.
///
/// Since when is by this instance's clock, from the match's first being seen here: clients' clocks are not to be trusted, and a match of
/// 2018 may be played today. One that was live before this instance had it counts from its newest event, so it is told late, never early.
public final class LiveMatches {

    /// With extra time, a shoot-out and every break a match takes three hours; this is twice that.
    static final Duration OVERDUE = Duration.ofHours(6);

    /// Two numbers of one scrape come from one look.
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final Supplier<List<MatchEntry>> counted;
    private final InstantSource clock;
    private Instant lookedAt = Instant.EPOCH;
    private Map<String, Instant> liveSince = Map.of();

    /// @param counted all matches that events are counted for here
    public LiveMatches(Supplier<List<MatchEntry>> counted, InstantSource clock) {
        this.counted = counted;
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
        if (now.isBefore(lookedAt.plus(LOOK_AGAIN)) && !now.isBefore(lookedAt)) {
            return liveSince;
        }
        Map<String, Instant> found = new HashMap<>();
        for (MatchEntry match : counted.get()) {
            if (match.stats().status() == MatchStatus.LIVE) {
                Instant active = Instant.ofEpochMilli(match.stats().lastActivityAt());
                found.put(match.matchId(), liveSince.getOrDefault(match.matchId(), active.isAfter(now) ? now : active));
            }
        }
        liveSince = found;
        lookedAt = now;
        return found;
    }
}
