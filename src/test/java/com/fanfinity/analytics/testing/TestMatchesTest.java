package com.fanfinity.analytics.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.lab.verify.RecordedMatches.RecordedMatch;
import com.fanfinity.analytics.lab.verify.RecordedMatches.Truth;

/// Counts the events of each match by the contract's rules, without code of the service, and compares the result with
/// its truth.
class TestMatchesTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void truth_everyMatch_equalsTheCountOfItsEvents() throws IOException {
        for (RecordedMatch match : TestMatches.all()) {
            List<JsonNode> events = new ArrayList<>();
            for (String line : match.events()) {
                events.add(JSON.readTree(line));
            }
            Truth truth = match.truth();

            assertEquals(truth.totalEvents(), events.size());
            assertEquals(truth.eventsByType(), count(events, event -> event.path("eventType").asText()));
            assertEquals(truth.eventsByTeam(), count(events.stream().filter(event -> event.has("teamId")).toList(),
                    event -> event.path("teamId").asText()));
            SortedMap<Instant, Long> minutes = count(events, event -> time(event).truncatedTo(ChronoUnit.MINUTES));
            assertEquals(truth.eventsPerMinute(), minutes);
            assertEquals(truth.peakCount(), minutes.values().stream().mapToLong(Long::longValue).max().orElseThrow());
            assertEquals(truth.peakMinutes(),
                    minutes.entrySet().stream().filter(minute -> minute.getValue() == truth.peakCount())
                            .map(Map.Entry::getKey).toList());
            assertEquals(truth.firstEventAt(),
                    events.stream().map(TestMatchesTest::time).min(Instant::compareTo).orElseThrow());
            assertEquals(truth.lastEventAt(),
                    events.stream().map(TestMatchesTest::time).max(Instant::compareTo).orElseThrow());
            for (String team : List.of(truth.homeTeamId(), truth.awayTeamId())) {
                String opponent = team.equals(truth.homeTeamId()) ? truth.awayTeamId() : truth.homeTeamId();
                assertEquals(truth.score().get(team),
                        number(events, "goal", team) + number(events, "own_goal", opponent), team);
                assertEquals(truth.shootout().getOrDefault(team, 0L), number(events, "shootout_goal", team), team);
            }
        }
    }

    private static Instant time(JsonNode event) {
        return Instant.parse(event.path("timestamp").asText());
    }

    private static long number(List<JsonNode> events, String type, String team) {
        return events.stream().filter(
                event -> event.path("eventType").asText().equals(type) && event.path("teamId").asText().equals(team))
                .count();
    }

    private static <K extends Comparable<K>> SortedMap<K, Long> count(List<JsonNode> events,
            Function<JsonNode, K> key) {
        SortedMap<K, Long> counts = new TreeMap<>();
        events.forEach(event -> counts.merge(key.apply(event), 1L, Long::sum));
        return counts;
    }
}
