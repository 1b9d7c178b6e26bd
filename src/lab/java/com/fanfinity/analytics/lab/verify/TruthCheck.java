package com.fanfinity.analytics.lab.verify;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.lab.verify.RecordedMatches.Sheet;
import com.fanfinity.analytics.lab.verify.RecordedMatches.Truth;
import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.Await;

/// Checks that the API and ClickHouse report exactly the truth of a match.
public final class TruthCheck {

    private final ApiClient api;
    private final Duration limit;

    /// @param limit the time limit for counting the last events, and for storing them
    public TruthCheck(ApiClient api, Duration limit) {
        this.api = api;
        this.limit = limit;
    }

    /// @throws AssertionError on the first difference
    public void check(Truth truth) throws IOException, InterruptedException {
        checkMetrics(truth);
        checkTimeline(truth);
        checkStored(truth);
    }

    private void checkMetrics(Truth truth) {
        JsonNode metrics = Await.until(limit, truth.matchId() + " counts " + truth.totalEvents() + " events",
                () -> body("/api/matches/" + truth.matchId() + "/metrics"),
                json -> json.required("totalEvents").asLong() >= truth.totalEvents());
        assertEquals(truth.totalEvents(), metrics.required("totalEvents").asLong(), "totalEvents");
        assertEquals(truth.eventsByType(), numbers(metrics.required("eventsByType")), "eventsByType");
        assertEquals(truth.eventsByTeam(), numbers(metrics.required("eventsByTeam")), "eventsByTeam");
        assertEquals(truth.score(), numbers(metrics.required("score")), "score");
        assertEquals(truth.shootout(), numbers(metrics.required("shootout")), "shootout");
        assertEquals(truth.sheet(),
                new Sheet(metrics.required("goals").asLong(), metrics.required("yellowCards").asLong(),
                        metrics.required("redCards").asLong()),
                "goals and cards");
        assertEquals(truth.status(), metrics.required("status").asText(), "status");
        assertEquals(truth.homeTeamId(), metrics.at("/teams/home/teamId").asText(), "home team");
        assertEquals(truth.awayTeamId(), metrics.at("/teams/away/teamId").asText(), "away team");
        assertEquals(truth.firstEventAt(), Instant.parse(metrics.required("firstEventAt").asText()), "firstEventAt");
        assertEquals(truth.lastEventAt(), Instant.parse(metrics.required("lastEventAt").asText()), "lastEventAt");
        assertEquals(truth.peakCount(), metrics.at("/eventsPerMinute/peak").asLong(), "peak");
        assertEquals(truth.peakMinutes().getFirst(), Instant.parse(metrics.at("/peakMinute/minute").asText()),
                "peakMinute");
        assertEquals(busiest(truth), peaks(metrics.required("peakPeriods")), "peakPeriods");
    }

    private static List<Map.Entry<Instant, Long>> busiest(Truth truth) {
        return truth.eventsPerMinute().entrySet().stream()
                .sorted(Map.Entry.<Instant, Long>comparingByValue().reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(5)
                .map(minute -> Map.entry(minute.getKey(), minute.getValue())).toList();
    }

    private static List<Map.Entry<Instant, Long>> peaks(JsonNode periods) {
        List<Map.Entry<Instant, Long>> peaks = new ArrayList<>();
        periods.forEach(peak -> peaks
                .add(Map.entry(Instant.parse(peak.required("minute").asText()), peak.required("eventCount").asLong())));
        return peaks;
    }

    private void checkTimeline(Truth truth) {
        JsonNode timeline = Await.until(limit, truth.matchId() + " has a timeline",
                () -> body("/api/matches/" + truth.matchId() + "/timeline"), _ -> true);
        SortedMap<Instant, Long> minutes = new TreeMap<>();
        SortedMap<String, Long> byType = new TreeMap<>();
        SortedMap<String, Long> byTeam = new TreeMap<>();
        Instant next = truth.eventsPerMinute().firstKey();
        for (JsonNode window : timeline.required("windows")) {
            assertEquals(next, Instant.parse(window.required("start").asText()),
                    "every minute is present, including empty ones");
            next = next.plusSeconds(60);
            if (window.required("events").asLong() > 0) {
                minutes.put(Instant.parse(window.required("start").asText()), window.required("events").asLong());
            }
            numbers(window.required("byType")).forEach((type, events) -> byType.merge(type, events, Long::sum));
            numbers(window.required("byTeam")).forEach((team, events) -> byTeam.merge(team, events, Long::sum));
        }
        assertEquals(truth.eventsPerMinute(), minutes, "timeline");
        assertEquals(truth.eventsByType(), byType, "timeline by type");
        assertEquals(truth.eventsByTeam(), byTeam, "timeline by team");
    }

    private JsonNode body(String path) throws IOException, InterruptedException {
        ApiClient.Answer answer = api.get(path);
        if (answer.status() != 200) {
            throw new IOException(path + " returned " + answer.status());
        }
        return answer.json();
    }

    private void checkStored(Truth truth) throws IOException, InterruptedException {
        String where = " WHERE match_id = '" + truth.matchId() + "'";
        String total = Long.toString(truth.totalEvents());
        Await.until(limit, truth.matchId() + " has its events in ClickHouse",
                () -> Long.parseLong(api.rows("SELECT count() FROM fanfinity.match_events" + where).getFirst()) >= truth
                        .totalEvents());
        assertEquals(List.of(total + "\t" + total),
                api.rows("SELECT count(), uniqExact(event_id) FROM fanfinity.match_events" + where),
                "rows and distinct events, without FINAL");
        List<String> minutes = truth.eventsPerMinute().entrySet().stream()
                .map(minute -> minute.getKey().getEpochSecond() + "\t" + minute.getValue())
                .toList();
        Await.until(limit, truth.matchId() + " has its minutes in ClickHouse", () -> api.rows(
                "SELECT toUnixTimestamp(minute), events FROM fanfinity.match_minutes_latest" + where
                        + " ORDER BY minute")
                .equals(minutes));
        Await.until(limit, truth.matchId() + " has its summary in ClickHouse",
                () -> api.rows("SELECT total_events, status FROM fanfinity.match_summary" + where)
                        .equals(List.of(total + "\t" + truth.status())));
    }

    private static void assertEquals(@Nullable Object expected, @Nullable Object actual, String what) {
        if (!Objects.equals(expected, actual)) {
            throw new AssertionError(what + ": expected " + expected + ", but it is " + actual);
        }
    }

    private static SortedMap<String, Long> numbers(JsonNode object) {
        SortedMap<String, Long> numbers = new TreeMap<>();
        object.properties().forEach(member -> numbers.put(member.getKey(), member.getValue().asLong()));
        return numbers;
    }
}
