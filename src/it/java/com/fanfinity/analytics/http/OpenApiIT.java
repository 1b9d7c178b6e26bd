package com.fanfinity.analytics.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.ApiClient.Answer;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.Stack;
import com.fanfinity.analytics.testing.OpenApiExtension;

/// Calls every operation of `openapi.yaml`. {@link OpenApiExtension} compares the requests and responses with the
/// document.
class OpenApiIT {

    /// Their responses do not end; the tests of the package `live` read them.
    private static final Set<String> NOT_CALLED = Set.of("followMatch", "followMatchDay");

    private static final Duration SETTLE = Duration.ofSeconds(60);
    private static final String KEY = "an-admin-key-of-this-test";
    private static final String MATCH = "/api/matches/openapi-1";

    private static Stack stack;
    private static ApiClient api;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        stack = Stack.start("openapi", Map.of("ADMIN_KEY", KEY, "KAFKA_PARTITIONS", Stack.FEW));
        api = stack.client();
    }

    @AfterAll
    static void stop() {
        api.close();
        stack.close();
    }

    private static Answer admin(String path) throws IOException, InterruptedException {
        return api.ask(path, request -> request.header("X-Api-Key", KEY).GET());
    }

    @Test
    void everyOperation_calledOnce_matchesTheDocument() throws Exception {
        List<String> events = List.of(EventJson.of("openapi-1", "goal", 1).team("1").json(),
                EventJson.of("openapi-1", "reaction", 2).json());
        String eventId = api.postEvent(events.getFirst()).json().get("eventId").asText();
        assertEquals(202, api.postBatch(events).status());
        sendInvalidRecord();
        Await.until(SETTLE, "both events are counted",
                () -> api.get(MATCH + "/metrics").json().path("totalEvents").asInt() == 2);
        Await.until(SETTLE, "the receipt is complete",
                () -> api.get(MATCH + "/events/" + eventId).json().path("stored").asBoolean());

        for (String path : List.of("/", "/api", "/api/matches", MATCH + "/timeline", MATCH + "/events?limit=1",
                MATCH + "/moments",
                "/api/ledger", "/api/topology", "/api/streams", "/health/live", "/health/ready", "/health/startup",
                "/metrics",
                "/openapi.yaml")) {
            assertEquals(200, api.get(path).status(), path);
        }
        replayDeadLetter();

        Set<String> missing = new TreeSet<>(OpenApiExtension.contract().operations());
        missing.removeAll(OpenApiExtension.contract().exercised());
        assertEquals(NOT_CALLED, missing);
    }

    private static void sendInvalidRecord() throws Exception {
        Map<String, Object> config = Map.of("bootstrap.servers", stack.kafka().bootstrapServers());
        try (var producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>("match-events", "openapi-1", "not JSON")).get();
        }
    }

    private static void replayDeadLetter() throws IOException, InterruptedException {
        JsonNode letter = Await
                .until(SETTLE, "the dead letter is stored", () -> admin("/api/dead-letters").json().path("letters"),
                        letters -> letters.size() == 1)
                .get(0);
        String id = letter.get("id").asText();
        assertEquals(200, admin("/api/dead-letters/" + id).status());
        Answer replay = api.ask("/api/dead-letters/replay", request -> request.header("X-Api-Key", KEY)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"ids\":[\"" + id + "\"]}", UTF_8)));
        assertEquals(1, replay.json().path("refused").asInt(), replay.body());
    }

    @Test
    void head_everyPath_equalsGet() throws Exception {
        String eventId = api.postEvent(EventJson.of("openapi-3", "reaction", 1).json()).json().get("eventId").asText();
        Await.until(SETTLE, "the match is known", () -> api.get("/api/matches/openapi-3/metrics").status() == 200);
        try (HttpClient client = HttpClient.newHttpClient()) {
            HeadComparison comparison = new HeadComparison(client, stack.service().url());

            comparison.assertEqual(HeadComparison.paths("openapi-3", eventId));
            comparison.assertEqual(HeadComparison.paths("openapi-no-such-match", eventId));
        }
    }

    @Test
    void rejectedRequests_matchTheDocument() throws Exception {
        assertEquals(400, api.postEvent("{}").status());
        assertEquals(400, api.postBatch(List.of("{}")).status());
        assertEquals(207, api.postBatch(List.of("{}", EventJson.of("openapi-2", "reaction", 1).json())).status());
        assertEquals(415, api.post("/api/events", "text/plain", "{}").status());
        assertEquals(413, api.postEvent(" ".repeat(70_000)).status());
        assertEquals(400, api.get("/api/matches?limit=0").status());
        assertEquals(404, api.get("/api/matches/openapi-unknown/metrics").status());
        assertEquals(401, api.get("/api/dead-letters").status());
    }
}
