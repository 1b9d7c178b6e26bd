package com.fanfinity.analytics.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest.BodyPublishers;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.event.DeadReason;
import com.fanfinity.analytics.event.EventCodec;
import com.fanfinity.analytics.event.EventRules;
import com.fanfinity.analytics.ingest.EventPublisher;
import com.fanfinity.analytics.ingest.FakeKafka;
import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.security.TestKeys;
import com.fanfinity.analytics.testing.TestServer;
import com.fanfinity.analytics.testing.TestServer.Reply;

class DeadLetterRoutesTest {
    private static final String PATH = "/api/dead-letters";
    private static final String KEY = "0123456789abcdef";

    private final FakeDeadLetterStore letters = new FakeDeadLetterStore();
    private final FakeKafka kafka = new FakeKafka();
    private final TestServer server = server(KEY);

    @AfterEach
    void close() {
        server.close();
    }

    private TestServer server(String key) {
        Meters meters = new Meters(new SimpleMeterRegistry());
        Replayer replayer = new Replayer(letters, new EventCodec(new EventRules(Duration.ofHours(24))),
                new EventPublisher(kafka, "match-events", Duration.ofSeconds(15), meters.ingest()), Clock.systemUTC(),
                meters.deadLetters());
        return new TestServer(TestKeys.gate(key), List.of(), new DeadLetterRoutes(letters, Optional.of(replayer)));
    }

    private Reply get(String path) {
        return server.send(server.request(path).header("X-Api-Key", KEY));
    }

    private Reply replay(String body) {
        return server.send(
                server.request(PATH + "/replay").header("X-Api-Key", KEY).header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body)));
    }

    private static List<String> ids(JsonNode list) {
        return list.get("letters").valueStream().map(letter -> letter.get("id").asText()).toList();
    }

    @Test
    void everyRoute_withoutTheKey_is401AndWithoutOneConfigured403() {
        letters.away(true);
        try (TestServer off = server("")) {
            for (TestServer asked : List.of(server, off)) {
                int expected = asked == off ? 403 : 401;
                assertEquals(expected, asked.get(PATH).status());
                assertEquals(expected, asked.get(PATH + "/match-events-dead:0:1").status());
                assertEquals(expected, asked.post(PATH + "/replay", "application/json", "{}").status());
            }
        }
    }

    @Test
    void replay_roleIngestOff_isRejectedAndLettersCanStillBeRead() {
        try (TestServer reading = new TestServer(TestKeys.gate(KEY), List.of(),
                new DeadLetterRoutes(letters, Optional.empty()))) {
            Reply list = reading.send(reading.request(PATH).header("X-Api-Key", KEY));
            Reply replay = reading.send(reading.request(PATH + "/replay").header("X-Api-Key", KEY)
                    .header("Content-Type", "application/json").POST(BodyPublishers.ofString("{}")));

            assertEquals(200, list.status());
            assertEquals(404, replay.status());
            assertEquals("urn:fanfinity:problem:role-off", replay.json().path("type").asText());
        }
    }

    @Test
    void list_pages_coverEachLetterOnceNewestFirst() {
        for (long i = 0; i < 5; i++) {
            letters.add(i, i == 2 ? DeadReason.INVALID : DeadReason.KEY_MISMATCH, "{}");
        }

        List<String> seen = new ArrayList<>();
        JsonNode page = get(PATH + "?limit=2").json();
        seen.addAll(ids(page));
        while (!page.get("nextCursor").isNull()) {
            page = get(PATH + "?limit=2&cursor=" + page.get("nextCursor").asText()).json();
            seen.addAll(ids(page));
        }

        assertEquals(List.of("4", "3", "2", "1", "0"),
                seen.stream().map(id -> id.substring(id.lastIndexOf(':') + 1)).toList());
        assertEquals("{\"invalid\":1,\"key_mismatch\":4}", page.get("reasons").toString());
        assertEquals(List.of("match-events-dead:0:2"), ids(get(PATH + "?reason=invalid").json()));
        assertEquals(List.of("match-events-dead:0:1", "match-events-dead:0:0"),
                ids(get(PATH + "?to=1970-01-01T00:00:00.002Z").json()));
    }

    @Test
    void one_text_isReturnedAsItIsAndBytesInBase64() {
        letters.add(1, DeadReason.MALFORMED, "no \u20ac json".getBytes(UTF_8), Map.of("trace", "a".getBytes(UTF_8)));
        letters.add(2, DeadReason.MALFORMED, new byte[]{(byte) 0xC0, 0, 1}, Map.of());

        JsonNode text = get(PATH + "/match-events-dead:0:1").json();
        JsonNode bytes = get(PATH + "/match-events-dead:0:2").json();

        assertEquals("no \u20ac json", text.get("raw").asText());
        assertEquals("utf-8", text.get("rawEncoding").asText());
        assertEquals("{\"trace\":\"a\"}", text.get("headers").toString());
        assertEquals("{\"topic\":\"match-events\",\"partition\":3,\"offset\":1}", text.get("source").toString());
        assertTrue(text.get("replay").isNull());
        assertEquals("wAAB", bytes.get("raw").asText());
        assertEquals("base64", bytes.get("rawEncoding").asText());
        assertEquals(3, bytes.get("size").asInt());
    }

    @Test
    void one_unknownOrNoId_is404Or400() {
        assertEquals(404, get(PATH + "/match-events-dead:0:1").status());
        assertEquals(400, get(PATH + "/x").status());
        assertEquals(400, get(PATH + "/match-events-dead:0:99999999999999999999").status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"?limit=0", "?limit=501", "?reason=x", "?reason=INVALID", "?from=yesterday", "?cursor=x",
        "?from=2026-11-21T10:00:00Z&to=2026-11-21T10:00:00Z"})
    void list_invalidParameter_is400(String query) {
        assertEquals(400, get(PATH + query).status());
    }

    @ParameterizedTest
    @CsvSource({"text/plain,415", "application/x-ndjson,415"})
    void replay_otherContentType_isRejected(String type, int status) {
        assertEquals(status,
                server.send(server.request(PATH + "/replay").header("X-Api-Key", KEY).header("Content-Type", type)
                        .POST(BodyPublishers.ofString("{}"))).status());
    }

    @Test
    void replay_answer_hasCountsAndEachLetter() {
        EventJson event = EventJson.of("m", "reaction", 1);
        letters.add(1, DeadReason.KEY_MISMATCH, event.json());
        letters.add(2, DeadReason.INVALID, "{}");

        Reply reply = replay(
                "{\"ids\":[\"match-events-dead:0:1\",\"match-events-dead:0:2\",\"match-events-dead:0:3\"]}");

        assertEquals(200, reply.status(), reply.body());
        assertTrue(reply.body()
                .startsWith(
                        "{\"replayed\":1,\"skipped\":0,\"refused\":1,\"unavailable\":0,\"notReplayable\":0,\"notFound\":1,"
                                + "\"audited\":true,\"nextCursor\":null,\"letters\":[{\"id\":\"match-events-dead:0:1\",\"outcome\":\"replayed\",\"eventId\":\""
                                + event.eventId()
                                + "\",\"matchId\":\"m\"},{\"id\":\"match-events-dead:0:2\",\"outcome\":\"refused\",\"errors\":[{"),
                reply.body());
        assertEquals("replayed", get(PATH + "/match-events-dead:0:1").json().at("/replay/outcome").asText());
        assertEquals(reply.header("X-Request-Id"),
                get(PATH + "/match-events-dead:0:1").json().at("/history/1/requestId").asText());
    }

    @Test
    void anyRoute_storeAway_is503WithRetryAfterAndRevealsNothing() {
        letters.add(1, DeadReason.KEY_MISMATCH, EventJson.of("m", "reaction", 1).json());
        letters.away(true);

        for (Reply reply : List.of(get(PATH), get(PATH + "/match-events-dead:0:1"),
                replay("{\"reason\":\"key_mismatch\"}"),
                replay("{\"ids\":[\"match-events-dead:0:1\"]}"))) {
            assertEquals(503, reply.status(), reply.body());
            assertFalse(reply.header("Retry-After").isEmpty());
            assertFalse(reply.body().contains("as configured"), reply.body());
        }
        assertEquals(0, kafka.sends());
    }
}
