package com.fanfinity.analytics.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.ServiceProcess;
import com.fanfinity.analytics.stack.Stack;
import com.fanfinity.analytics.stack.process.ProjectDir;
import com.fanfinity.analytics.testing.Program;

/// The procedure "A key was stolen" of docs/operations/keys.md, with its own queries and commands.
@Tag("slow")
class StolenKeyIT {

    private static final Duration SETTLE = Duration.ofSeconds(60);
    private static final String MATCH = "stolen-1";

    @TempDir
    private Path directory = Path.of("");

    /// @param entry of the key file
    private record Key(String text, String entry) {

        static Key create(String id) throws IOException, InterruptedException {
            List<String> lines = Program.find("sh")
                    .run(SETTLE, ProjectDir.find(), "", "bin/key", "new", id, "--scopes", "ingest").output().lines()
                    .map(String::strip).toList();
            return new Key(lines.get(1), lines.get(3));
        }
    }

    private Path keyFile(Key... keys) throws IOException {
        String entries = String.join(",", List.of(keys).stream().map(Key::entry).toList());
        return Files.writeString(directory.resolve("keys.json"), "{\"keys\":[" + entries + "]}");
    }

    /// The blocks of code of the section, in order, without their indentation.
    private static List<String> blocks(String language) throws IOException {
        String page = Files.readString(ProjectDir.find().resolve("docs/operations/keys.md"));
        int start = page.indexOf("\n## A key was stolen");
        String section = page.substring(start, page.indexOf("\n## ", start + 1));
        return Pattern.compile("(?s)```" + language + "\n(.*?)```").matcher(section).results()
                .map(block -> block.group(1).stripIndent().replace("2026-11-30 10:00:00", "2000-01-01 00:00:00"))
                .toList();
    }

    private static int send(ApiClient api, Key key, List<EventJson> events) throws IOException, InterruptedException {
        String body = String.join("\n", events.stream().map(EventJson::json).toList());
        return api.ask("/api/events/batch", request -> request.header("X-API-Key", key.text())
                .header("Content-Type", "application/x-ndjson").POST(BodyPublishers.ofString(body))).status();
    }

    private static JsonNode metrics(ApiClient api) throws IOException, InterruptedException {
        return api.get("/api/matches/" + MATCH + "/metrics").json();
    }

    @Test
    void procedure_ofTheDocuments_revokesFindsAndRetracts() throws Exception {
        Key stolen = Key.create("feed-1");
        Key honest = Key.create("honest");
        Path file = keyFile(stolen, honest);
        try (Stack stack = Stack.start("stolen-key", Map.of("AUTH", "on", "API_KEYS_FILE", file.toString(),
                "KAFKA_PARTITIONS", Stack.FEW, ServiceProcess.MEASURED, "yes"));
                ApiClient api = new ApiClient(stack.service().url(), stack.clickHouse().url())) {
            EventJson goal = EventJson.of(MATCH, "goal", 2).team("home");
            assertEquals(202, send(api, honest, List.of(EventJson.kickOff(MATCH, 1, "home", "away"), goal,
                    EventJson.of(MATCH, "goal", 3).team("home"))));
            assertEquals(202, send(api, stolen, List.of(EventJson.of(MATCH, "goal", 4).team("away"),
                    EventJson.of(MATCH, "goal", 5).team("away"), EventJson.retraction(MATCH, 6, goal.eventId()))));
            Await.until(SETTLE, "all are counted", () -> metrics(api).path("score"),
                    score -> score.path("home").asInt() == 1 && score.path("away").asInt() == 2);
            Await.until(SETTLE, "all are stored", () -> api.rows("SELECT count() FROM fanfinity.match_events")
                    .equals(List.of("6")));

            keyFile(honest);
            Await.until(Duration.ofSeconds(15), "the key is revoked",
                    () -> send(api, stolen, List.of(EventJson.of(MATCH, "goal", 7))) == 401);

            assertEquals(List.of(MATCH + "\tgoal\t2", MATCH + "\tretraction\t1"),
                    api.rows(blocks("sql").getFirst()));
            assertEquals(List.of(MATCH + "\t" + goal.eventId()), api.rows(blocks("sql").getLast()));
            for (int i = 0; i < 2; i++) {
                retract(stack, honest);
                Await.until(SETTLE, "the goals no longer count", () -> metrics(api).path("score"),
                        score -> score.path("home").asInt() == 1 && score.path("away").asInt() == 0);
            }
            Await.until(SETTLE, "the retractions are stored once", () -> api.rows("SELECT count(), uniqExact(event_id) "
                    + "FROM fanfinity.match_events WHERE producer = 'honest' AND event_type = 'retraction'")
                    .equals(List.of("2\t2")));
            JsonNode after = Await.until(SETTLE, "the repeated retractions are duplicates", () -> metrics(api),
                    metrics -> metrics.path("duplicates").asInt() == 2);
            assertEquals(8, after.path("totalEvents").asInt(), after::toString);
        }
    }

    private static void retract(Stack stack, Key key) throws IOException, InterruptedException {
        String commands = blocks("sh").getFirst().replace("ff1_…", key.text())
                .replace("CLICKHOUSE:8123", stack.clickHouse().url().substring("http://".length()))
                .replace("HOST:8080", stack.service().url().substring("http://".length()));
        Program.Result result = Program.find("sh").run(SETTLE, ProjectDir.find(), "", "-c", commands);

        assertEquals(0, result.exitCode(), result.output());
        assertTrue(result.output().contains("\"accepted\":2"), result.output());
    }
}
