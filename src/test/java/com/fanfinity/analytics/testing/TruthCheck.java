package com.fanfinity.analytics.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;

import com.fanfinity.analytics.testing.SharedData.Truth;

/// The guarantee of a match: what the API and ClickHouse say of it is its truth, no event more and none less.
public final class TruthCheck {

    private final ApiClient api;
    private final Duration limit;

    /// @param limit how long the last events may take to be counted, and then to be stored
    public TruthCheck(ApiClient api, Duration limit) {
        this.api = api;
        this.limit = limit;
    }

    /// @throws AssertionError if anything differs
    public void check(Truth truth) throws IOException, InterruptedException {
        checkMetrics(truth);
        checkTimeline(truth);
        checkStored(truth);
    }

    private void checkMetrics(Truth truth) throws IOException, InterruptedException {
        String path = "/api/matches/" + truth.matchId() + "/metrics";
        Await.until(limit, truth.matchId() + " counts " + truth.totalEvents() + " events",
                () -> api.get(path).json().path("totalEvents").asLong() >= truth.totalEvents());
        JsonNode metrics = api.get(path).json();
        assertEquals(truth.totalEvents(), metrics.required("totalEvents").asLong(), "totalEvents");
        assertEquals(truth.eventsByType(), numbers(metrics.required("eventsByType")), "eventsByType");
        assertEquals(truth.eventsByTeam(), numbers(metrics.required("eventsByTeam")), "eventsByTeam");
        assertEquals(truth.score(), numbers(metrics.required("score")), "score");
        assertEquals(truth.shootout(), numbers(metrics.required("shootout")), "shootout");
        assertEquals("ended", metrics.required("status").asText());
        assertEquals(truth.homeTeamId(), metrics.at("/teams/home/teamId").asText());
        assertEquals(truth.awayTeamId(), metrics.at("/teams/away/teamId").asText());
        assertEquals(truth.firstEventAt(), Instant.parse(metrics.required("firstEventAt").asText()), "firstEventAt");
        assertEquals(truth.lastEventAt(), Instant.parse(metrics.required("lastEventAt").asText()), "lastEventAt");
        assertEquals(truth.peakCount(), metrics.at("/eventsPerMinute/peak").asLong(), "peak");
        assertEquals(truth.peakMinutes().getFirst(), Instant.parse(metrics.at("/peakMinute/minute").asText()), "peakMinute");
    }

    private void checkTimeline(Truth truth) throws IOException, InterruptedException {
        JsonNode timeline = api.get("/api/matches/" + truth.matchId() + "/timeline").json();
        SortedMap<Instant, Long> minutes = new TreeMap<>();
        Instant next = truth.eventsPerMinute().firstKey();
        for (JsonNode window : timeline.required("windows")) {
            assertEquals(next, Instant.parse(window.required("start").asText()), "every minute is there, the empty ones too");
            next = next.plusSeconds(60);
            if (window.required("events").asLong() > 0) {
                minutes.put(Instant.parse(window.required("start").asText()), window.required("events").asLong());
            }
        }
        assertEquals(truth.eventsPerMinute(), minutes, "timeline");
    }

    private void checkStored(Truth truth) throws IOException, InterruptedException {
        String where = " WHERE match_id = '" + truth.matchId() + "'";
        String total = Long.toString(truth.totalEvents());
        Await.until(limit, truth.matchId() + " has its events in ClickHouse",
                () -> Long.parseLong(api.rows("SELECT count() FROM fanfinity.match_events" + where).getFirst()) >= truth.totalEvents());
        assertEquals(List.of(total + "\t" + total), api.rows("SELECT count(), uniqExact(event_id) FROM fanfinity.match_events" + where),
                "rows, and different ones, without FINAL");
        List<String> minutes = truth.eventsPerMinute().entrySet().stream()
                .map(minute -> minute.getKey().getEpochSecond() + "\t" + minute.getValue())
                .toList();
        Await.until(limit, truth.matchId() + " has its minutes in ClickHouse", () -> api.rows(
                "SELECT toUnixTimestamp(minute), events FROM fanfinity.match_minutes_latest" + where + " ORDER BY minute").equals(minutes));
        Await.until(limit, truth.matchId() + " has its summary in ClickHouse",
                () -> api.rows("SELECT total_events, status FROM fanfinity.match_summary" + where).equals(List.of(total + "\tended")));
    }

    private static SortedMap<String, Long> numbers(JsonNode object) {
        SortedMap<String, Long> numbers = new TreeMap<>();
        object.properties().forEach(member -> numbers.put(member.getKey(), member.getValue().asLong()));
        return numbers;
    }
}
