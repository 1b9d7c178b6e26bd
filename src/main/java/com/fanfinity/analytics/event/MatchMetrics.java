package com.fanfinity.analytics.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.jspecify.annotations.Nullable;

/// The metrics of a match, as the metrics call returns them and as the topic `match-stats` stores them.
///
/// The service writes every member. Only a value written by another version can lack one: a missing map or list is read
/// as empty, a missing number as 0, and any other missing member as null. A value without `matchId` or `status` cannot
/// be read.
///
/// @param score goals by team; an own goal counts for the other team
/// @param status the wire name of a [MatchStatus]; text, so that an instance reads a status of a newer version
/// @param shootout goals of the penalty shoot-out by team; empty without a shoot-out
/// @param totalEvents accepted events, each counted once
/// @param goals `goal` and `own_goal` events
/// @param lastActivityAt when the newest event arrived
/// @param activeMinutes the minutes of the match without strays; null if another version published the value
/// @param peakPeriods the busiest minutes, the busiest first
/// @param duplicates how often an accepted event arrived again
/// @param version grows with every change; a published value has at least 1
public record MatchMetrics(String matchId, String status, Teams teams, @Nullable String competition,
        @Nullable String venue,
        Map<String, Long> score, Map<String, Long> shootout, long totalEvents, Map<String, Long> eventsByType,
        Map<String, Long> eventsByTeam, long goals, long yellowCards, long redCards, @Nullable Instant firstEventAt,
        @Nullable Instant lastEventAt, @Nullable Instant lastActivityAt, @Nullable ActiveSpan activeMinutes,
        EventRate eventsPerMinute,
        @Nullable PeakMinute peakMinute,
        List<PeakMinute> peakPeriods, @Nullable ResponseTimes responseTimePercentiles, long duplicates, long version,
        @JsonUnwrapped AnswerAge age) {

    /// The two teams; null as long as no `match_start` names the team.
    public record Teams(@Nullable Team home, @Nullable Team away) {

        static final Teams UNKNOWN = new Teams(null, null);
    }

    public record Team(@Nullable String teamId, @Nullable String name) {}

    /// The starts of three minutes. A few events that lie far from all others are strays and do not move them.
    ///
    /// @param from the first minute
    /// @param to the last minute
    /// @param current the minute that the match has reached
    public record ActiveSpan(@Nullable Instant from, @Nullable Instant to, @Nullable Instant current) {}

    /// @param current events in the minute that the match has reached; 0 if no event arrived for a minute or the match
    ///     is not live
    /// @param average events per minute of the active minutes, with one decimal
    /// @param peak events of the busiest minute
    public record EventRate(long current, double average, long peak) {

        static final EventRate NONE = new EventRate(0, 0, 0);
    }

    /// @param minute when the minute begins
    public record PeakMinute(@Nullable Instant minute, long eventCount) {}

    /// Percentiles of the time from receipt to visibility, in milliseconds.
    public record ResponseTimes(double p50, double p95, double p99) {}

    public MatchMetrics {
        requireNonNull(matchId, "matchId is null");
        status = Json.orElse(status, "");
        teams = Json.orElse(teams, Teams.UNKNOWN);
        score = Json.orElse(score, Map.of());
        shootout = Json.orElse(shootout, Map.of());
        eventsByType = Json.orElse(eventsByType, Map.of());
        eventsByTeam = Json.orElse(eventsByTeam, Map.of());
        eventsPerMinute = Json.orElse(eventsPerMinute, EventRate.NONE);
        peakPeriods = Json.orElse(peakPeriods, List.of());
        age = Json.orElse(age, AnswerAge.UNKNOWN);
    }
}
