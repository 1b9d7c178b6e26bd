package com.fanfinity.analytics.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Map;

/// One minute of a match, as the topic `match-minutes` stores it. A missing map is read as empty.
///
/// @param minute when the minute begins
/// @param byTeam events that name a team, by team
/// @param version grows with every change
public record MatchMinute(String matchId, Instant minute, long events, Map<String, Long> byType,
        Map<String, Long> byTeam, long version) {

    public MatchMinute {
        requireNonNull(matchId, "matchId is null");
        requireNonNull(minute, "minute is null");
        byType = Json.orElse(byType, Map.of());
        byTeam = Json.orElse(byTeam, Map.of());
    }
}
