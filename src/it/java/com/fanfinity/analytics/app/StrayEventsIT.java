package com.fanfinity.analytics.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.ApiClient.Answer;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.Stack;

/// One stray event spoils no number, in the API and in the views of ClickHouse.
@Tag("slow")
class StrayEventsIT {

    private static final Duration SETTLE = Duration.ofSeconds(60);

    private static Stack stack;
    private static ApiClient api;

    private long number;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        stack = Stack.start("strays", Map.of("KAFKA_PARTITIONS", Stack.FEW));
        api = stack.client();
    }

    @AfterAll
    static void stop() {
        api.close();
        stack.close();
    }

    private EventJson event(String match, String type, Instant at) {
        return new EventJson(match, type, UUID.randomUUID(), at.toString(), Optional.empty(),
                Optional.empty());
    }

    private static void accept(EventJson... events) throws IOException, InterruptedException {
        for (EventJson event : events) {
            Answer answer = api.postEvent(event.json());
            assertEquals(202, answer.status(), answer.body());
        }
    }

    private static JsonNode counted(String match, long total) throws IOException, InterruptedException {
        Await.until(SETTLE, match + " has " + total + " events",
                () -> api.get("/api/matches/" + match + "/metrics").json().path("totalEvents").asLong() == total);
        return api.get("/api/matches/" + match + "/metrics").json();
    }

    private static void stored(String match, long total) {
        Await.until(SETTLE, match + " has " + total + " rows", () -> api
                .rows("SELECT count() FROM fanfinity.match_events WHERE match_id = '" + match + "'")
                .equals(List.of(Long.toString(total))));
    }

    private static List<String> faults(Answer answer) throws IOException {
        List<String> faults = new ArrayList<>();
        answer.json().path("errors")
                .forEach(fault -> faults.add(fault.path("field").asText() + ' ' + fault.path("code").asText()));
        return faults;
    }

    @Test
    void fanEvent_moreThanFiveMinutesAhead_isRejectedByField() throws Exception {
        for (String type : List.of("reaction", "comment", "prediction", "share")) {
            Answer answer = api.postEvent(event("fan-ahead", type, Instant.now().plusSeconds(20 * 3_600)).json());

            assertEquals(400, answer.status(), answer.body());
            assertEquals(List.of("timestamp too_far_ahead"), faults(answer));
            assertTrue(answer.body().contains("5 minutes"), answer.body());
        }
        accept(event("fan-ahead", "reaction", Instant.now().plusSeconds(240)));
        assertEquals(1, counted("fan-ahead", 1).path("totalEvents").asLong());
    }

    @Test
    void pitchEvent_hoursAhead_leavesTheRatesOfTheMatch() throws Exception {
        String match = "clock-ahead";
        Instant minute = Instant.ofEpochSecond(Instant.now().getEpochSecond() / 60 * 60);
        List<String> events = IntStream.range(0, 60)
                .mapToObj(i -> event(match, "pass", minute).team("a").json()).toList();
        assertEquals(202, api.postBatch(events.subList(0, 30)).status());
        accept(event(match, "pass", minute.plusSeconds(20 * 3_600)).team("a"));
        assertEquals(202, api.postBatch(events.subList(30, 60)).status());

        JsonNode metrics = counted(match, 61);

        assertEquals("60 60.0 60",
                "%s %s %s".formatted(metrics.at("/eventsPerMinute/current"), metrics.at("/eventsPerMinute/average"),
                        metrics.at("/eventsPerMinute/peak")));
        assertEquals(minute, Instant.parse(metrics.at("/activeMinutes/current").asText()));
        assertEquals(minute.plusSeconds(20 * 3_600), Instant.parse(metrics.path("lastEventAt").asText()));
        Await.until(SETTLE, "the view has the same average", () -> api
                .rows("SELECT events_per_minute_average FROM fanfinity.match_summary WHERE match_id = '" + match
                        + "' AND total_events = 61")
                .equals(List.of("60")));
    }

    @Test
    void goalOfAThirdTeam_changesNoScoreWhileItStandsAndAfterItsRetraction() throws Exception {
        String match = "third-team";
        Instant now = Instant.now();
        EventJson stray = event(match, "goal", now).team("0");
        accept(event(match, "pass", now).team("URU"), event(match, "pass", now).team("RUS"),
                event(match, "own_goal", now).team("RUS"), event(match, "goal", now).team("URU"), stray);
        assertEquals("{\"RUS\":0,\"URU\":2}", counted(match, 5).path("score").toString());

        accept(EventJson.retraction(match, ++number, stray.eventId()).at(now));
        assertEquals("{\"RUS\":0,\"URU\":2}", counted(match, 6).path("score").toString());
        stored(match, 6);
        assertEquals(List.of("RUS\t\t\t0\t0\t1", "URU\t\t\t2\t1\t0"), comparison(match, 6));

        accept(event(match, "match_start", now).metadata("{\"homeTeamId\":\"URU\",\"awayTeamId\":\"RUS\","
                + "\"homeTeam\":\"Uruguay\"}"));
        JsonNode metrics = counted(match, 7);
        assertEquals("{\"RUS\":0,\"URU\":2}", metrics.path("score").toString());
        assertEquals("URU RUS", metrics.at("/teams/home/teamId").asText() + ' '
                + metrics.at("/teams/away/teamId").asText());
        stored(match, 7);
        assertEquals(List.of("RUS\taway\t\t0\t0\t1", "URU\thome\tUruguay\t2\t1\t0"), comparison(match, 7));
    }

    private static List<String> comparison(String match, long total) throws IOException, InterruptedException {
        Await.until(SETTLE, "the summary of " + match, () -> api
                .rows("SELECT total_events FROM fanfinity.match_summary WHERE match_id = '" + match + "'")
                .equals(List.of(Long.toString(total))));
        return api.rows("SELECT team_id, side, name, score, goals, own_goals FROM fanfinity.team_comparison "
                + "WHERE match_id = '" + match + "' ORDER BY team_id");
    }

    @Test
    void matchStart_namesWithoutIds_isRejectedByField() throws Exception {
        EventJson start = event("no-ids", "match_start", Instant.now());

        Answer both = api.postEvent(start.metadata("{\"homeTeam\":\"Leeds\",\"awayTeam\":\"Derby\"}").json());
        assertEquals(400, both.status(), both.body());
        assertEquals(List.of("metadata.homeTeamId required", "metadata.awayTeamId required"), faults(both));

        Answer same = api.postEvent(start.metadata("{\"homeTeamId\":\"7\",\"awayTeamId\":7}").json());
        assertEquals(400, same.status(), same.body());
        assertEquals(List.of("metadata.awayTeamId format"), faults(same));

        accept(start.metadata("{\"homeTeamId\":\"leeds\",\"homeTeam\":\"Leeds\",\"awayTeamId\":\" leeds\"}"));
    }

    /// ClickHouse's JSON functions read nothing of such an object as it was sent.
    @Test
    void retraction_metadataThatClickHouseCannotRead_countsInTheViewsToo() throws Exception {
        List<String> members = List.of("", ",\"x\":18446744073709551616", ",\"x\":-9223372036854775809",
                ",\"x\":1e400", ",\"x\":[{\"y\":[-1E+999]}]", ",\"note\":\"goal \\ud83d\"",
                ",\"a\":{\"eventId\":\"" + UUID.randomUUID() + "\"},\"x\":1e400");
        for (int i = 0; i < members.size(); i++) {
            String match = "metadata-" + i;
            Instant now = Instant.now();
            EventJson goal = event(match, "goal", now).team("A");
            String metadata = "{\"eventId\":\"" + goal.eventId() + "\",\"reason\":\"VAR\"" + members.get(i) + "}";
            accept(EventJson.kickOff(match, ++number, "A", "B").at(now), goal, event(match, "pass", now).team("A"),
                    event(match, "pass", now).team("B"), event(match, "retraction", now).metadata(metadata));

            assertEquals("{\"A\":0,\"B\":0}", counted(match, 5).path("score").toString());
            stored(match, 5);

            assertEquals(List.of("A\thome\t\t0\t0\t0", "B\taway\t\t0\t0\t0"), comparison(match, 5), metadata);
            assertEquals(List.of("VAR\t" + goal.eventId()),
                    api.rows("SELECT JSONExtractString(metadata, 'reason'), retracts FROM fanfinity.match_events "
                            + "WHERE match_id = '" + match + "' AND event_type = 'retraction'"),
                    metadata);
            assertTrue(api.get("/api/matches/" + match + "/moments").body().contains(metadata), metadata);
        }
    }
}
