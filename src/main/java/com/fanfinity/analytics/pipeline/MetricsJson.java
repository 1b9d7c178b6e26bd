package com.fanfinity.analytics.pipeline;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;

import com.fasterxml.jackson.core.JsonGenerator;

import com.fanfinity.analytics.event.MatchEvent.Fixture;
import com.fanfinity.analytics.event.Timestamps;
import com.fanfinity.analytics.event.WireName;
import com.fanfinity.analytics.pipeline.MatchStats.Tally;

/// The metrics of a match as JSON: what the topic `match-stats` holds, and what the API answers.
public final class MetricsJson {

    private MetricsJson() {}

    /// Writes the members of the metrics into an object that is already open.
    ///
    /// @param now what "current" is measured from, milliseconds since the epoch
    public static void writeMembers(JsonGenerator json, String matchId, MatchStats stats, long now) throws IOException {
        identity(json, matchId, stats);
        numbers(json, "score", score(stats));
        numbers(json, "shootout", shootout(stats));
        json.writeNumberField("totalEvents", stats.totalEvents());
        byType(json, "eventsByType", stats.byType());
        numbers(json, "eventsByTeam", stats.byTeam());
        json.writeNumberField("goals", stats.tallies().values().stream().mapToInt(tally -> tally.goals() + tally.ownGoals()).sum());
        json.writeNumberField("yellowCards", stats.yellowCards());
        json.writeNumberField("redCards", stats.redCards());
        activity(json, stats, now);
        peaks(json, stats);
        json.writeObjectFieldStart("responseTimePercentiles");
        json.writeNumberField("p50", stats.latencies().percentile(50));
        json.writeNumberField("p95", stats.latencies().percentile(95));
        json.writeNumberField("p99", stats.latencies().percentile(99));
        json.writeEndObject();
        json.writeNumberField("duplicates", stats.duplicates());
        json.writeNumberField("version", stats.version());
    }

    /// Writes what a list of matches says of one, into an object that is already open.
    public static void writeSummary(JsonGenerator json, String matchId, MatchStats stats, long now) throws IOException {
        identity(json, matchId, stats);
        numbers(json, "score", score(stats));
        json.writeNumberField("totalEvents", stats.totalEvents());
        activity(json, stats, now);
    }

    private static void identity(JsonGenerator json, String matchId, MatchStats stats) throws IOException {
        json.writeStringField("matchId", matchId);
        json.writeStringField("status", WireName.of(stats.status()));
        json.writeObjectFieldStart("teams");
        Fixture fixture = stats.fixture();
        team(json, "home", fixture.homeTeamId(), fixture.homeTeam());
        team(json, "away", fixture.awayTeamId(), fixture.awayTeam());
        json.writeEndObject();
        optional(json, "competition", fixture.competition());
        optional(json, "venue", fixture.venue());
    }

    private static void activity(JsonGenerator json, MatchStats stats, long now) throws IOException {
        json.writeStringField("firstEventAt", Timestamps.formatMillis(stats.firstAt()));
        json.writeStringField("lastEventAt", Timestamps.formatMillis(stats.lastAt()));
        json.writeStringField("lastActivityAt", Timestamps.formatMillis(stats.lastActivityAt()));
        rates(json, stats, now);
    }

    /// Writes a map from event type to number as a member.
    public static void byType(JsonGenerator json, String name, Map<com.fanfinity.analytics.event.EventType, Long> counts)
            throws IOException {
        json.writeObjectFieldStart(name);
        for (var entry : counts.entrySet()) {
            json.writeNumberField(entry.getKey().wireName(), entry.getValue());
        }
        json.writeEndObject();
    }

    /// Writes a map from name to number as a member.
    public static void numbers(JsonGenerator json, String name, Map<String, Long> numbers) throws IOException {
        json.writeObjectFieldStart(name);
        for (var entry : numbers.entrySet()) {
            json.writeNumberField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
    }

    /// A team's goals and the other team's own goals. Without two teams there is no other team to credit an own goal to.
    static SortedMap<String, Long> score(MatchStats stats) {
        Set<String> sides = sides(stats);
        return perSide(stats, sides, team -> {
            long ownGoalsOfOther = sides.size() != 2 || !sides.contains(team)
                    ? 0
                    : sides.stream().filter(side -> !side.equals(team)).mapToLong(side -> tally(stats, side).ownGoals()).sum();
            return tally(stats, team).goals() + ownGoalsOfOther;
        });
    }

    /// Goals of the shoot-out; nothing if there was none.
    static SortedMap<String, Long> shootout(MatchStats stats) {
        boolean none = stats.tallies().values().stream().allMatch(tally -> tally.shootoutGoals() == 0);
        return none ? new TreeMap<>() : perSide(stats, sides(stats), team -> tally(stats, team).shootoutGoals());
    }

    private static SortedMap<String, Long> perSide(MatchStats stats, Set<String> sides, ToLongFunction<String> goals) {
        SortedMap<String, Long> numbers = new TreeMap<>();
        Set<String> teams = new TreeSet<>(sides);
        teams.addAll(stats.tallies().keySet());
        teams.forEach(team -> {
            long number = goals.applyAsLong(team);
            if (number > 0 || sides.contains(team)) {
                numbers.put(team, number);
            }
        });
        return numbers;
    }

    /// The two teams: as `match_start` names them, else (also) those that were seen on the pitch, which may be fewer or more than two.
    private static Set<String> sides(MatchStats stats) {
        Set<String> named = new LinkedHashSet<>();
        stats.fixture().homeTeamId().ifPresent(named::add);
        stats.fixture().awayTeamId().ifPresent(named::add);
        if (named.size() < 2) {
            named.addAll(stats.onPitch());
        }
        return named;
    }

    private static Tally tally(MatchStats stats, String team) {
        return stats.tallies().getOrDefault(team, Tally.NONE);
    }

    private static void rates(JsonGenerator json, MatchStats stats, long now) throws IOException {
        long minutes = MinuteStats.minuteOf(stats.lastAt()) - MinuteStats.minuteOf(stats.firstAt()) + 1;
        json.writeObjectFieldStart("eventsPerMinute");
        json.writeNumberField("current", stats.currentEvents(now));
        json.writeNumberField("average", Math.round(10.0 * stats.totalEvents() / minutes) / 10.0);
        json.writeNumberField("peak", stats.peaks().getFirst().events());
        json.writeEndObject();
    }

    private static void peaks(JsonGenerator json, MatchStats stats) throws IOException {
        json.writeFieldName("peakMinute");
        peak(json, stats.peaks().getFirst());
        json.writeArrayFieldStart("peakPeriods");
        for (Peak peak : stats.peaks()) {
            peak(json, peak);
        }
        json.writeEndArray();
    }

    private static void peak(JsonGenerator json, Peak peak) throws IOException {
        json.writeStartObject();
        json.writeStringField("minute", Timestamps.formatMillis(peak.minute() * 60_000));
        json.writeNumberField("eventCount", peak.events());
        json.writeEndObject();
    }

    private static void team(JsonGenerator json, String side, Optional<String> teamId, Optional<String> name) throws IOException {
        if (teamId.isEmpty() && name.isEmpty()) {
            json.writeNullField(side);
            return;
        }
        json.writeObjectFieldStart(side);
        optional(json, "teamId", teamId);
        optional(json, "name", name);
        json.writeEndObject();
    }

    private static void optional(JsonGenerator json, String name, Optional<String> value) throws IOException {
        if (value.isPresent()) {
            json.writeStringField(name, value.get());
        } else {
            json.writeNullField(name);
        }
    }
}
