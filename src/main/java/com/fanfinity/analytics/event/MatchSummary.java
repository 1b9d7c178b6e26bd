package com.fanfinity.analytics.event;

import java.time.Instant;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.event.MatchMetrics.ActiveSpan;
import com.fanfinity.analytics.event.MatchMetrics.EventRate;
import com.fanfinity.analytics.event.MatchMetrics.Teams;

/// A match as lists of matches show it: some members of its {@link MatchMetrics}.
///
/// @param shootout absent in lists that do not show shoot-outs
public record MatchSummary(String matchId, String status, Teams teams, @Nullable String competition,
        @Nullable String venue,
        Map<String, Long> score, @JsonInclude(Include.NON_NULL) @Nullable Map<String, Long> shootout, long totalEvents,
        @Nullable Instant firstEventAt, @Nullable Instant lastEventAt, @Nullable Instant lastActivityAt,
        @Nullable ActiveSpan activeMinutes, EventRate eventsPerMinute) {

    public static MatchSummary of(MatchMetrics match) {
        return new MatchSummary(match.matchId(), match.status(), match.teams(), match.competition(), match.venue(),
                match.score(),
                match.shootout(), match.totalEvents(), match.firstEventAt(), match.lastEventAt(),
                match.lastActivityAt(), match.activeMinutes(), match.eventsPerMinute());
    }
}
