package com.fanfinity.analytics.event;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.event.MatchMetrics.ActiveSpan;
import com.fanfinity.analytics.event.MatchMetrics.EventRate;
import com.fanfinity.analytics.event.MatchMetrics.Team;
import com.fanfinity.analytics.event.MatchMetrics.Teams;

/// A match as lists of matches show it: some members of its {@link MatchMetrics}.
///
/// @param shootout absent in lists that do not show shoot-outs
public record MatchSummary(String matchId, String status, Teams teams, @Nullable String competition,
        @Nullable String venue,
        Map<String, Long> score, @JsonInclude(Include.NON_NULL) @Nullable Map<String, Long> shootout, long totalEvents,
        @Nullable Instant firstEventAt, @Nullable Instant lastEventAt, @Nullable Instant lastActivityAt,
        @Nullable ActiveSpan activeMinutes, EventRate eventsPerMinute) {

    /// The most bytes of an entry of a list in JSON, including the members that the list stream adds.
    public static final int MAX_BYTES = 4 << 10;

    /// The most bytes of a name. Longer names are shortened.
    private static final int MAX_NAME_BYTES = 128;

    /// The most bytes of a team id: 64 characters of three bytes. Longer ids are left out, since a shortened id would
    /// be another id.
    private static final int MAX_ID_BYTES = 192;

    private static final int MAX_SCORES = 2;

    /// The members are bounded, because a list has many entries. The metrics of the match have the full values.
    public MatchSummary {
        teams = new Teams(bounded(teams.home()), bounded(teams.away()));
        competition = shortened(competition);
        venue = shortened(venue);
        score = bounded(score);
        shootout = shootout == null ? null : bounded(shootout);
    }

    private static @Nullable Team bounded(@Nullable Team team) {
        if (team == null) {
            return null;
        }
        String id = team.teamId();
        return new Team(id == null || !isShort(id) ? null : id, shortened(team.name()));
    }

    private static @Nullable String shortened(@Nullable String name) {
        return name == null ? null : JsonSize.shorten(name, MAX_NAME_BYTES);
    }

    private static boolean isShort(String teamId) {
        return JsonSize.size(teamId) <= MAX_ID_BYTES;
    }

    private static Map<String, Long> bounded(Map<String, Long> scores) {
        if (scores.size() <= MAX_SCORES && scores.keySet().stream().allMatch(MatchSummary::isShort)) {
            return scores;
        }
        Map<String, Long> bounded = new LinkedHashMap<>();
        scores.entrySet().stream().filter(score -> isShort(score.getKey())).limit(MAX_SCORES)
                .forEach(score -> bounded.put(score.getKey(), score.getValue()));
        return bounded;
    }

    public static MatchSummary of(MatchMetrics match) {
        return new MatchSummary(match.matchId(), match.status(), match.teams(), match.competition(), match.venue(),
                match.score(),
                match.shootout(), match.totalEvents(), match.firstEventAt(), match.lastEventAt(),
                match.lastActivityAt(), match.activeMinutes(), match.eventsPerMinute());
    }
}
