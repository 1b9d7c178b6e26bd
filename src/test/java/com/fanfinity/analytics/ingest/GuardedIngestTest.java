package com.fanfinity.analytics.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.config.Security.Rate;
import com.fanfinity.analytics.config.Security.Rates;
import com.fanfinity.analytics.event.EventIds;
import com.fanfinity.analytics.event.RecordHeaders;
import com.fanfinity.analytics.http.Access;
import com.fanfinity.analytics.http.ClientAddress;
import com.fanfinity.analytics.http.Gate;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.security.TestKeys;
import com.fanfinity.analytics.security.TestTokens;
import com.fanfinity.analytics.testing.TestServer;
import com.fanfinity.analytics.testing.TestServer.Reply;

/// Writes behind the gate: the matches of a key, its rates, and its id in the records.
class GuardedIngestTest {

    private static final String EVENTS = "/api/events";
    private static final String BATCH = "/api/events/batch";
    private static final String KEY = TestKeys.key("feed", 1);
    private static final String ENTRY = TestKeys.entry("feed", "ingest", ",\"matches\":[\"m-1\",\"m-2\"]",
            TestKeys.secret(KEY));
    private static final Rate FREE = new Rate(1e9, 1L << 40);

    private final FakeKafka kafka = new FakeKafka();
    private final List<TestServer> servers = new ArrayList<>();

    @AfterEach
    void stop() {
        servers.forEach(TestServer::close);
    }

    private TestServer serve(Gate gate) {
        Meters meters = new Meters(new SimpleMeterRegistry());
        EventPublisher publisher = new EventPublisher(kafka, "match-events", Duration.ofSeconds(15), meters.ingest());
        TestServer server = new TestServer(gate, List.of(),
                new IngestRoutes(TestEvents.CODEC, new EventIds(Clock.systemUTC(), new Random(1)::nextLong), publisher,
                        new InFlightBytes(1 << 24, meters.ingest()), new ConcurrencyLimit(Duration.ofSeconds(15),
                                System::nanoTime, _ -> 2, meters.ingest()),
                        ctx -> ClientAddress.of(ctx).toString(), Clock.systemUTC(), meters.ingest()));
        servers.add(server);
        return server;
    }

    private static Reply post(TestServer server, String path, BodyPublisher body) {
        return server.send(server.request(path).header("X-API-Key", KEY).header("Content-Type", "application/json")
                .POST(body));
    }

    private static Reply post(TestServer server, String path, String body) {
        return post(server, path, BodyPublishers.ofString(body));
    }

    private static String batch(int... numbers) {
        return "[" + String.join(",", Arrays.stream(numbers).mapToObj(TestEvents::json).toList()) + "]";
    }

    @Test
    void event_ofAnAllowedMatch_isWrittenWithTheIdOfTheKey() {
        assertEquals(202, post(serve(TestKeys.gate(TestKeys.NO_RATES, ENTRY)), EVENTS, TestEvents.json(1)).status());

        assertEquals("feed",
                new String(kafka.history().getFirst().headers().lastHeader("producer").value(), UTF_8));
    }

    @Test
    void eventOfAToken_isBoundToItsMatchesAndWrittenWithItsSubject() {
        TestServer server = serve(TestTokens.gate(TestKeys.NO_RATES));
        String token = TestTokens.token("ingest", Map.of("sub", "feed@clients", "matches", List.of("m-1")));

        assertEquals(202, postToken(server, token, TestEvents.json(1)).status());
        assertEquals(403, postToken(server, token, TestEvents.json(3)).status());

        assertEquals(1, kafka.history().size());
        Headers headers = kafka.history().getFirst().headers();
        assertEquals("jwt:feed@clients", new String(headers.lastHeader("producer").value(), UTF_8));
        assertEquals("jwt:feed@clients", RecordHeaders.producer(headers), "the topology keeps it");
    }

    private static Reply postToken(TestServer server, String token, String body) {
        return server.send(server.request(EVENTS).header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)));
    }

    @Test
    void event_ofAnotherMatch_is403AndNotWritten() {
        Reply reply = post(serve(TestKeys.gate(TestKeys.NO_RATES, ENTRY)), EVENTS, TestEvents.json(3));

        assertEquals(403, reply.status());
        assertEquals("urn:fanfinity:problem:forbidden", reply.json().path("type").asText());
        assertEquals(List.of(), kafka.history());
    }

    @Test
    void retraction_countsAsItsOwnMatch() {
        String retraction = TestEvents.json(3).replace("\"pass\"", "\"retraction\"").replace("\"teamId\":\"4418\"",
                "\"metadata\":{\"eventId\":\"" + TestEvents.id(1) + "\"}");

        TestServer server = serve(TestKeys.gate(TestKeys.NO_RATES, ENTRY));

        assertEquals(403, post(server, EVENTS, retraction).status());
        assertEquals(202, post(server, EVENTS, retraction.replace("m-3", "m-1")).status());
    }

    @Test
    void batch_eventsOfOtherMatches_areRejectedAtTheirIndex() {
        Reply reply = post(serve(TestKeys.gate(TestKeys.NO_RATES, ENTRY)), BATCH, batch(1, 3, 2));

        assertEquals(207, reply.status(), reply.body());
        assertEquals(2, reply.json().path("accepted").asInt());
        assertEquals(1, reply.json().path("rejected").size());
        assertEquals(1, reply.json().at("/rejected/0/index").asInt());
        assertEquals("forbidden", reply.json().at("/rejected/0/errors/0/code").asText());
        assertEquals(TestEvents.id(3), reply.json().at("/rejected/0/eventId").asText());
        assertEquals(2, kafka.history().size());
    }

    @Test
    void batch_isChargedByItsEvents() {
        Rates rates = new Rates(true, new Rate(0.001, 5), FREE, FREE, FREE);
        TestServer server = serve(TestKeys.gate(rates, TestKeys.entry("feed", "ingest", "", TestKeys.secret(KEY))));

        assertEquals(202, post(server, BATCH, batch(1, 2, 3)).status());
        Reply limited = post(server, BATCH, batch(4, 5, 6));

        assertEquals(429, limited.status());
        assertEquals("\"events\";q=5;w=5000", limited.header("RateLimit-Policy"));
        assertEquals(3, kafka.history().size());
        assertEquals(202, post(server, EVENTS, TestEvents.json(7)).status());
    }

    @Test
    void bodyOfUnknownLength_isChargedAsItArrives() {
        Rates rates = new Rates(true, FREE, new Rate(0.001, 200), FREE, FREE);
        TestServer server = serve(TestKeys.gate(rates, TestKeys.entry("feed", "ingest", "", TestKeys.secret(KEY))));

        int first = post(server, EVENTS, chunked()).status();
        int second = post(server, EVENTS, chunked()).status();

        assertEquals(202, first);
        assertEquals(429, second);
    }

    private static BodyPublisher chunked() {
        return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(TestEvents.json(1).getBytes(UTF_8)));
    }

    @Test
    void withoutAKey_recordsHaveNoProducer() {
        assertEquals(202, post(serve(Gate.onlyFor(Access.INGEST)), EVENTS,
                TestEvents.json(1)).status());

        assertNull(kafka.history().getFirst().headers().lastHeader("producer"));
    }
}
