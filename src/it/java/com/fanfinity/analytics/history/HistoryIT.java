package com.fanfinity.analytics.history;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.lab.verify.LedgerCheck;
import com.fanfinity.analytics.lab.verify.PersistentSender;
import com.fanfinity.analytics.lab.verify.RecordedMatches.RecordedMatch;
import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.ServiceProcess;
import com.fanfinity.analytics.stack.Stack;
import com.fanfinity.analytics.testing.TestMatches;

/// An archived match has the same answers as the live match, and continues to count.
@Tag("endurance")
class HistoryIT {

    private static final String MATCH = "all-kinds";
    private static final int BATCH = 500;
    private static final Duration SETTLE = Duration.ofSeconds(90);

    /// Long enough to read the live answers before it ends, also on a busy machine.
    private static final Map<String, String> SETTINGS = Map.of("STREAMS_ARCHIVE_AFTER", "20s", "LEDGER_INTERVAL", "1s",
            "KAFKA_PARTITIONS",
            Stack.FEW,
            ServiceProcess.MEASURED, "yes");

    private static Stack stack;
    private static ApiClient api;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        stack = Stack.start("history", SETTINGS);
        api = new ApiClient(stack.service().url(), stack.clickHouse().url());
    }

    @AfterAll
    static void stop() {
        api.close();
        stack.close();
    }

    private record Views(JsonNode metrics, JsonNode timeline, JsonNode events, JsonNode moments) {}

    private static JsonNode get(String matchId, String what) throws IOException, InterruptedException {
        ApiClient.Answer answer = api.get("/api/matches/" + matchId + what);
        assertEquals(200, answer.status(), answer.body());
        return answer.json();
    }

    private static Views viewsOf(String matchId) throws IOException, InterruptedException {
        return new Views(get(matchId, "/metrics"), get(matchId, "/timeline"), get(matchId, "/events?limit=500"),
                get(matchId, "/moments"));
    }

    private static boolean isHistory(String matchId) throws IOException, InterruptedException {
        return get(matchId, "/metrics").path("source").asText().equals("history");
    }

    private static JsonNode comparable(JsonNode body) {
        return ((ObjectNode) body.deepCopy()).without(List.of("asOf", "source"));
    }

    private static Map<String, List<String>> matches() {
        Map<String, List<String>> matches = new HashMap<>();
        matches.put(MATCH, MatchOfAllKinds.events(MATCH));
        RecordedMatch whole = TestMatches.synthetic();
        matches.put(whole.truth().matchId(), whole.events());
        return matches;
    }

    private static long send(Map<String, List<String>> matches) {
        PersistentSender sender = new PersistentSender(api);
        List<String> all = new ArrayList<>();
        matches.values().forEach(all::addAll);
        for (int i = 0; i < all.size(); i += BATCH) {
            sender.batch(all.subList(i, Math.min(all.size(), i + BATCH)));
        }
        sender.one(all.getFirst()); // a duplicate
        return all.size();
    }

    @Test
    void match_archived_isAnsweredAsBeforeAndContinuesToCount() throws Exception {
        Map<String, List<String>> matches = matches();
        long sent = send(matches);
        Map<String, Views> live = new HashMap<>();
        for (var match : matches.entrySet()) {
            Await.until(SETTLE, match.getKey() + " is counted",
                    () -> get(match.getKey(), "/metrics").required("totalEvents").asLong() == match.getValue().size());
        }
        Await.until(SETTLE, "the duplicate is counted",
                () -> get(firstOf(matches), "/metrics").required("duplicates").asLong() == 1);
        for (String matchId : matches.keySet()) {
            Views views = viewsOf(matchId);
            assertFalse(views.metrics().has("source"), "archived before it was read");
            live.put(matchId, views);
        }

        for (var match : live.entrySet()) {
            Await.until(SETTLE, match.getKey() + " is archived", () -> isHistory(match.getKey()));
            Instant before = Instant.now();
            assertSame(match.getValue(), viewsOf(match.getKey()), before);
        }
        assertEquals(0, get("", "?limit=500").required("matches").size(), "archived matches are not listed");

        continuesToCount(requireNonNull(live.get(MATCH)), sent);
        withoutClickHouse();
    }

    private static String firstOf(Map<String, List<String>> matches) {
        return matches.keySet().iterator().next();
    }

    private static void assertSame(Views live, Views history, Instant before) {
        assertEquals(comparable(live.metrics()), comparable(history.metrics()));
        assertEquals(comparable(live.timeline()), comparable(history.timeline()));
        assertEquals(comparable(live.events()), comparable(history.events()));
        assertEquals(comparable(live.moments()), comparable(history.moments()));
        assertTrue(live.moments().required("moments").size() > 1 && !live.moments().has("source"),
                () -> live.moments().toString());
        assertEquals("history", history.moments().required("source").asText());
        Instant asOf = Instant.parse(history.metrics().required("asOf").asText());
        assertTrue(asOf.isAfter(before.minusSeconds(5)) && !asOf.isAfter(Instant.now()), "as of " + asOf);
        assertFalse(history.metrics().required("stale").asBoolean());
    }

    private static void continuesToCount(Views live, long sent) throws Exception {
        Instant minute = MatchOfAllKinds.KICK_OFF.plusSeconds(6_600);
        EventJson goal = EventJson.of(MATCH, "goal", 7_001).team("A").at(minute);
        EventJson retraction = EventJson.retraction(MATCH, 7_002, EventJson.idOf(7_001)).at(minute);
        EventJson kept = EventJson.of(MATCH, "goal", 7_003).team("A").at(minute);
        for (EventJson event : List.of(goal, retraction, kept, kept)) {
            assertEquals(202, api.postEvent(event.json()).status());
        }

        long total = live.metrics().required("totalEvents").asLong() + 3;
        Await.until(SETTLE, "the late events are counted",
                () -> get(MATCH, "/metrics").required("totalEvents").asLong() == total);

        JsonNode metrics = get(MATCH, "/metrics");
        assertEquals("history", metrics.required("source").asText());
        assertEquals(live.metrics().at("/score/A").asLong() + 1, metrics.at("/score/A").asLong());
        assertEquals(live.metrics().required("goals").asLong() + 1, metrics.required("goals").asLong());
        Await.until(SETTLE, "the duplicate is counted", () -> get(MATCH, "/metrics").required("duplicates")
                .asLong() == live.metrics().required("duplicates").asLong() + 1);
        assertEquals(eventsAt(live.timeline(), minute) + 3, eventsAt(get(MATCH, "/timeline"), minute));
        List<String> ids = new ArrayList<>();
        get(MATCH, "/events?limit=500").required("events")
                .forEach(event -> ids.add(event.required("eventId").asText()));
        assertTrue(ids.containsAll(Stream.of(goal, retraction, kept).map(event -> event.eventId().toString()).toList()),
                ids::toString);
        assertEquals(List.of("7001 true", "7002 false", "7003 false"), lastMoments());
        assertEquals(List.of(),
                new LedgerCheck(List.of(stack.service().url()), stack.clickHouse().url(), SETTLE).broken(sent + 3));
    }

    /// The added moments, as `number retracted`.
    private static List<String> lastMoments() throws IOException, InterruptedException {
        List<String> moments = new ArrayList<>();
        for (JsonNode moment : get(MATCH, "/moments").required("moments")) {
            UUID id = UUID.fromString(moment.required("eventId").asText());
            List.of(7_001L, 7_002L, 7_003L).stream().filter(number -> EventJson.idOf(number).equals(id))
                    .forEach(number -> moments.add(number + " " + moment.required("retracted")));
        }
        return moments;
    }

    private static long eventsAt(JsonNode timeline, Instant minute) {
        for (JsonNode window : timeline.required("windows")) {
            if (Instant.parse(window.required("start").asText()).equals(minute)) {
                return window.required("events").asLong();
            }
        }
        throw new AssertionError("no minute " + minute);
    }

    private static void withoutClickHouse() throws Exception {
        stack.clickHouse().kill();
        for (String what : List.of("/metrics", "/timeline", "/events", "/moments")) {
            try (HttpClient http = HttpClient.newHttpClient()) {
                var answer = http.send(
                        HttpRequest.newBuilder(URI.create(stack.service().url() + "/api/matches/" + MATCH + what))
                                .build(),
                        BodyHandlers.ofString());
                assertEquals(503, answer.statusCode(), answer.body());
                assertTrue(answer.headers().firstValueAsLong("Retry-After").orElse(0) > 0, what);
            }
        }
        assertEquals(404, api.get("/api/matches/unknown-match/metrics").status());
        stack.clickHouse().restart();
        Await.until(SETTLE, "answered again", () -> isHistory(MATCH));

        api.rows("DELETE FROM fanfinity.match_events WHERE match_id = '" + MATCH + "' AND event_type = 'pass'");
        assertEquals(503, api.get("/api/matches/" + MATCH + "/metrics").status(),
                "rows that were stored once are gone");
        api.rows("DELETE FROM fanfinity.match_events WHERE match_id = '" + MATCH + "'");
        for (String what : List.of("/metrics", "/timeline", "/events", "/moments")) {
            assertEquals(503, api.get("/api/matches/" + MATCH + what).status(), what);
        }
    }
}
