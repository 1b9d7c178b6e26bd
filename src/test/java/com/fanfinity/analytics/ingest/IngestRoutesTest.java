package com.fanfinity.analytics.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.http.Context;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.event.EventIds;
import com.fanfinity.analytics.http.AnswerBudget;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.testing.TestServer;
import com.fanfinity.analytics.testing.TestServer.Reply;

class IngestRoutesTest {
    private static final String EVENTS = "/api/events";
    private static final String BATCH = "/api/events/batch";
    private static final String JSON = "application/json";
    private static final String NDJSON = "application/x-ndjson";
    private static final String INVALID = "{\"eventId\":\"" + TestEvents.id(99) + "\",\"matchId\":\"m\"}";

    /// Longer than any pause of the test machine; no test waits for it to pass.
    private static final Duration AMPLE = Duration.ofSeconds(15);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ConcurrencyLimit limit = new ConcurrencyLimit(AMPLE, System::nanoTime, _ -> 2,
            new Meters(registry).ingest());
    private final FakeKafka kafka = new FakeKafka();
    private final TestServer server = server(1 << 24, AMPLE);

    @AfterEach
    void close() {
        server.close();
    }

    private TestServer server(long maxInFlight, Duration timeout) {
        return new TestServer(routes(maxInFlight, timeout));
    }

    private IngestRoutes routes(long maxInFlight, Duration timeout) {
        Meters meters = new Meters(registry);
        EventPublisher publisher = new EventPublisher(kafka, "match-events", timeout, meters.ingest());
        return new IngestRoutes(TestEvents.CODEC, new EventIds(Clock.systemUTC(), new Random(1)::nextLong), publisher,
                new InFlightBytes(maxInFlight, meters.ingest()), limit, Context::ip, Clock.systemUTC(),
                meters.ingest());
    }

    // --- one event

    @Test
    void post_valid_is202WithItsIdAndIsInKafka() {
        Instant before = Instant.now().minusMillis(1);

        Reply reply = server.post(EVENTS, JSON, TestEvents.json(1));

        assertEquals(202, reply.status(), reply.body());
        assertEquals(JSON, reply.header("Content-Type"));
        assertEquals(List.of("eventId", "status", "receivedAt"), names(reply.json()));
        assertEquals(TestEvents.id(1), reply.json().get("eventId").asText());
        assertEquals("accepted", reply.json().get("status").asText());
        assertTrue(
                reply.json().get("receivedAt").asText().matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z"),
                reply.body());
        assertTrue(Instant.parse(reply.json().get("receivedAt").asText()).isAfter(before.minusMillis(1)), reply.body());
        assertEquals(List.of(TestEvents.json(1)), written());
    }

    @Test
    void post_noEventId_returnsTheUuidV7WrittenToKafka() {
        Reply reply = server.post(EVENTS, JSON, "\n" + TestEvents.withoutId(1));

        UUID id = UUID.fromString(reply.json().get("eventId").asText());
        assertEquals(202, reply.status());
        assertEquals(7, id.version());
        assertEquals(List.of("{\"eventId\":\"" + id + "\"," + TestEvents.withoutId(1).substring(1)), written());
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/json; charset=utf-8", "APPLICATION/JSON;charset=\"UTF-8\"",
        "application/json ; x=y"})
    void post_jsonContentTypes_areAccepted(String type) {
        assertEquals(202, server.post(EVENTS, type, TestEvents.json(1)).status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/xml", "application/x-ndjson",
        "application/json; charset=iso-8859-1",
        "application/json;charset=utf-16", "application/jsonx", "*/*", "multipart/form-data; boundary=x"})
    void post_otherContentTypes_are415(String type) {
        Reply reply = server.post(EVENTS, type, TestEvents.json(1));

        assertProblem(reply, 415);
        assertEquals(List.of(), written());
    }

    @Test
    void post_noContentType_is415() {
        assertProblem(server.send(server.request(EVENTS).POST(HttpRequest.BodyPublishers.ofString(TestEvents.json(1)))),
                415);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br", "zstd", "gzip, identity"})
    void post_contentEncoding_is415(String encoding) {
        assertProblem(
                server.send(server.request(EVENTS).header("Content-Type", JSON).header("Content-Encoding", encoding)
                        .POST(HttpRequest.BodyPublishers.ofString(TestEvents.json(1)))),
                415);
    }

    @Test
    void post_manyFaults_is400WithAllOfThem() {
        Reply reply = server.post(EVENTS, JSON,
                "{\"eventId\":\"x\",\"eventType\":\"gaol\",\"timestamp\":5,\"playerID\":1,\"playerID\":1}");

        assertProblem(reply, 400);
        JsonNode errors = reply.json().get("errors");
        assertEquals(
                List.of("playerID duplicate_key", "eventId format", "matchId required", "eventType unknown_type",
                        "timestamp type",
                        "playerID unknown_field"),
                errors.valueStream().map(error -> error.get("field").asText() + ' ' + error.get("code").asText())
                        .toList());
        assertEquals(List.of("field", "code", "message"), names(errors.get(0)));
        assertEquals(List.of(), written());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "nonsense", "[]", "null", "{}{}", "{\"a\":NaN}", "\u0000",
        "{\"metadata\":{\"\\ud800\":1,\"\\ud800\":1}}",
        "{\"\\ud800\":1}", "{\"eventType\":\"\\ud800\"}", "{\"eventId\":\"\\udfff\"}", "{\"teamId\":\"\\udfff\"}"})
    void post_malformed_is400WithErrors(String body) {
        Reply reply = server.post(EVENTS, JSON, body);

        assertProblem(reply, 400);
        assertFalse(reply.json().get("errors").isEmpty(), reply.body());
    }

    @Test
    void post_brokenUtf8_is400() {
        assertProblem(server.post(EVENTS, JSON, new byte[]{'{', '"', (byte) 0xC0, (byte) 0x80, '"', '}'}), 400);
    }

    @Test
    void post_64KiB_isAcceptedAndOneByteMoreIs413() {
        String most = TestEvents.json(1) + " ".repeat(64 * 1024 - TestEvents.json(1).length());

        assertEquals(202, server.post(EVENTS, JSON, most).status());
        assertProblem(server.post(EVENTS, JSON, most + " "), 413);
        assertEquals(1, written().size());
    }

    @Test
    void post_chunkedOverTheLimit_is413() {
        byte[] body = (TestEvents.json(1) + " ".repeat(64 * 1024)).getBytes(UTF_8);

        Reply reply = server.send(server.request(EVENTS).header("Content-Type", JSON)
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))));

        assertProblem(reply, 413);
        assertEquals(List.of(), written());
    }

    @Test
    void post_chunked_isAccepted() {
        byte[] body = TestEvents.json(1).getBytes(UTF_8);

        assertEquals(202, server.send(server.request(EVENTS).header("Content-Type", JSON)
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))).status());
    }

    @Test
    void post_kafkaFails_is503WithRetryAfterAndEventId() {
        kafka.refusing(_ -> true);

        Reply reply = server.post(EVENTS, JSON, TestEvents.withoutId(1));

        assertProblem(reply, 503);
        assertTrue(Integer.parseInt(reply.header("Retry-After")) >= 1);
        assertTrue(new String(kafka.history().getFirst().value(), UTF_8).contains(reply.json().get("eventId").asText()),
                reply.body());
        assertEquals(0, registry.get("events.ingested").tag("event_type", "pass").counter().count());
    }

    @Test
    void post_kafkaDoesNotRespond_is503WithinTheTimeout() {
        kafka.silentFor(_ -> true);
        try (TestServer impatient = server(1 << 24, Duration.ofMillis(300))) {
            long started = System.nanoTime();

            Reply reply = impatient.post(EVENTS, JSON, TestEvents.json(1));

            assertProblem(reply, 503);
            assertEquals(TestEvents.id(1), reply.json().get("eventId").asText());
            assertTrue(Duration.ofNanos(System.nanoTime() - started).compareTo(AMPLE) < 0);
        }
    }

    @Test
    void post_tooManyBytesInFlight_is503AndNothingIsWritten() {
        try (TestServer full = server(10, AMPLE)) {
            Reply reply = full.post(EVENTS, JSON, TestEvents.json(1));

            assertProblem(reply, 503);
            assertFalse(reply.header("Retry-After").isEmpty());
            assertEquals(0, kafka.sends());
        }
    }

    @Test
    void post_anyResponse_releasesItsBytes() {
        kafka.refusing(number -> number == 1);
        server.post(EVENTS, JSON, TestEvents.json(1));
        server.post(EVENTS, JSON, TestEvents.json(2));
        server.post(EVENTS, JSON, "{}");
        server.post(EVENTS, JSON, " ".repeat(70_000));
        server.post(BATCH, JSON, "[");

        Await.until(Duration.ofSeconds(5), "no bytes in flight",
                () -> registry.get("ingest.in.flight.bytes").gauge().value() == 0);
    }

    /// While Kafka has not acknowledged, only the events are in memory.
    @Test
    void batch_onItsWayToKafka_holdsItsBytesOnce() {
        AtomicReference<Double> held = new AtomicReference<>(0.0);
        kafka.refusing(_ -> {
            held.set(registry.get("ingest.in.flight.bytes").gauge().value());
            return false;
        });
        String body = TestEvents.json(1) + "\n" + TestEvents.json(2);

        assertEquals(202, server.post(BATCH, NDJSON, body).status());

        assertEquals(body.length(), held.get());
    }

    // --- overload

    @ParameterizedTest
    @ValueSource(strings = {EVENTS, BATCH})
    void post_noPermit_is503BeforeTheBodyIsRead(String path) {
        fill();

        Reply reply = server.post(path, JSON, "never read");

        assertProblem(reply, 503);
        assertEquals("urn:fanfinity:problem:overloaded", reply.json().get("type").asText());
        assertEquals("3", reply.header("Retry-After"));
        assertEquals(0, kafka.sends());
        assertEquals(List.of(new TestServer.Metered("POST", path, 503, "overloaded")), server.metered());
        assertEquals(1, registry.get("ingest.refused").tag("reason", "concurrency").counter().count());
    }

    @Test
    void post_noPermitAndLengthUnknown_is503() {
        fill();

        assertProblem(server.send(server.request(EVENTS).header("Content-Type", JSON)
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[100])))), 503);
    }

    @Test
    void post_noPermitAndExpect100Continue_is503WithoutTheBody() throws IOException {
        fill();

        String answer = server
                .raw(String.join("\r\n", "POST /api/events HTTP/1.1", "Host: x", "Content-Type: application/json",
                        "Expect: 100-continue", "Content-Length: 70", "", ""));

        assertTrue(answer.startsWith("HTTP/1.1 503"), answer);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 300, 60_000, 3_000_000})
    void post_noPermit_keepsTheConnectionForAnyLengthOfBody(int length) throws IOException {
        fill();
        String refused = "POST /api/events/batch HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + "Content-Length: "
                + length
                + "\r\n\r\n" + " ".repeat(length);

        String answers = server.raw(refused + refused);

        assertEquals(2, answers.split("HTTP/1.1 503", -1).length - 1, answers);
    }

    @Test
    void post_anyResponse_releasesItsPermit() {
        kafka.refusing(number -> number == 1);
        server.post(EVENTS, JSON, TestEvents.json(1));
        server.post(EVENTS, JSON, TestEvents.json(2));
        server.post(EVENTS, JSON, "{}");
        server.post(BATCH, JSON, "[" + TestEvents.json(3) + "]");
        server.post(BATCH, JSON, "[" + INVALID + "]");
        server.post(BATCH, JSON, "[");

        Await.until(Duration.ofSeconds(5), "no permits held",
                () -> registry.get("ingest.in.progress").gauge().value() == 0);
    }

    /// Otherwise a client with as many slow connections as there are permits would block all others.
    @Test
    void post_incompleteBody_holdsNoPermit() throws IOException {
        try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            String head = "POST /api/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 5000\r\n\r\n{";
            slow.getOutputStream().write(head.getBytes(UTF_8));
            Await.until(Duration.ofSeconds(5), "first byte received",
                    () -> registry.get("ingest.in.flight.bytes").gauge().value() > 0);

            assertEquals(0, registry.get("ingest.in.progress").gauge().value());
        }
    }

    /// Eight bodies of 8 MiB less one byte would take all bytes that may be in flight.
    @Test
    void post_whileBodiesOfAnotherAddressStall_is202() throws IOException {
        List<Socket> stalling = new ArrayList<>();
        try (TestServer shared = server(64 << 20, AMPLE)) {
            for (int i = 0; i < 8; i++) {
                stalling.add(new Socket(InetAddress.getLoopbackAddress(), shared.port(),
                        InetAddress.getByName("127.0.0.2"), 0));
                stalling.getLast().getOutputStream().write(("POST /api/events/batch HTTP/1.1\r\nHost: x\r\n"
                        + "Content-Type: application/x-ndjson\r\nContent-Length: " + (8 << 20) + "\r\n\r\n"
                        + "\n".repeat((8 << 20) - 1)).getBytes(UTF_8));
            }

            assertEquals(202, shared.post(EVENTS, JSON, TestEvents.json(1)).status());
            assertEquals(202, shared.post(BATCH, NDJSON, TestEvents.json(2) + "\n" + " ".repeat(4 << 20)).status());
            assertTrue(registry.get("ingest.refused").tag("reason", "sender").counter().count() > 0);
        } finally {
            for (Socket socket : stalling) {
                socket.close();
            }
        }
    }

    /// The answer names each event, so it must have room before an event is written.
    @Test
    void batch_noRoomForItsAnswer_is503AndNothingIsWritten() {
        String batch = IntStream.range(0, 1_000).mapToObj(TestEvents::json).collect(Collectors.joining("\n"));
        try (TestServer full = new TestServer(new AnswerBudget(0, AnswerBudget.AnswerMeter.NONE),
                routes(1 << 24, AMPLE))) {
            Reply reply = full.post(BATCH, NDJSON, batch);

            assertProblem(reply, 503);
            assertFalse(reply.header("Retry-After").isEmpty());
            assertEquals(0, kafka.sends());
            assertEquals(202, full.post(EVENTS, JSON, TestEvents.json(1)).status(), "a short answer has room");
        }
    }

    @Test
    void batch_ofThousandsOfFaults_isCutAndBounded() {
        String event = "{" + IntStream.range(0, 32).mapToObj(i -> "\"k" + i + "\":0").collect(Collectors.joining(","))
                + "}";

        Reply none = server.post(BATCH, NDJSON, (event + "\n").repeat(5_000));
        Reply one = server.post(BATCH, NDJSON, TestEvents.json(1) + "\n" + (event + "\n").repeat(4_999));

        assertProblem(none, 400);
        assertEquals(207, one.status());
        for (Reply reply : List.of(none, one)) {
            assertTrue(reply.body().length() <= 4 << 20, "length " + reply.body().length());
            assertTrue(reply.json().get("truncated").asBoolean());
        }
        assertEquals(5_000, none.json().get("rejected").size());
        assertEquals(4_999, one.json().get("rejected").size());
    }

    private void fill() {
        while (!limit.isFull(0)) {
            limit.acquire();
        }
    }

    // --- a batch

    @Test
    void batch_allValid_is202() {
        for (Reply reply : List.of(server.post(BATCH, JSON, "[" + TestEvents.json(1) + "," + TestEvents.json(2) + "]"),
                server.post(BATCH, NDJSON, TestEvents.json(3) + "\n" + TestEvents.json(4) + "\n"))) {
            assertEquals(202, reply.status(), reply.body());
            assertEquals("{\"accepted\":2,\"rejected\":[],\"unavailable\":[]}", reply.body());
        }
        assertEquals(IntStream.rangeClosed(1, 4).mapToObj(TestEvents::json).toList(), written());
    }

    @Test
    void batch_someInvalidAndSomeUnavailable_is207WithTheirIndexes() {
        kafka.refusing(number -> number == 1);

        Reply reply = server.post(BATCH, JSON,
                "[" + TestEvents.json(1) + ",5," + TestEvents.json(2) + "," + INVALID + "," + TestEvents.json(3) + "]");

        assertEquals(207, reply.status(), reply.body());
        assertEquals(JSON, reply.header("Content-Type"));
        JsonNode body = reply.json();
        assertEquals(List.of("accepted", "rejected", "unavailable", "unavailableEventIds"), names(body));
        assertEquals(2, body.get("accepted").asInt());
        assertEquals("[2]", body.get("unavailable").toString());
        assertEquals("[\"" + TestEvents.id(2) + "\"]", body.get("unavailableEventIds").toString());
        assertEquals(2, body.get("rejected").size());
        assertEquals(List.of("index", "eventId", "errors"), names(body.get("rejected").get(0)));
        assertEquals(1, body.get("rejected").get(0).get("index").asInt());
        assertTrue(body.get("rejected").get(0).get("eventId").isNull());
        assertEquals(3, body.get("rejected").get(1).get("index").asInt());
        assertEquals(TestEvents.id(99), body.get("rejected").get(1).get("eventId").asText());
        assertEquals(List.of("field", "code", "message"), names(body.get("rejected").get(1).get("errors").get(0)));
    }

    @Test
    void batch_badLine_doesNotAffectTheOthers() {
        Reply reply = server.post(BATCH, NDJSON, TestEvents.json(1) + "\n{broken\n\n\u0000\n" + TestEvents.json(2));

        assertEquals(207, reply.status());
        assertEquals(2, reply.json().get("accepted").asInt());
        assertEquals(List.of(1, 2),
                reply.json().get("rejected").valueStream().map(one -> one.get("index").asInt()).toList());
    }

    @Test
    void batch_noneValid_is400WithTheFaults() {
        Reply reply = server.post(BATCH, JSON, "[" + INVALID + ",null]");

        assertProblem(reply, 400);
        assertEquals(0, reply.json().get("accepted").asInt());
        assertEquals(2, reply.json().get("rejected").size());
        assertEquals(0, kafka.sends());
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "", "{}", "[", "null", "[{}] x"})
    void batch_notAnArrayOfEvents_is400(String body) {
        assertProblem(server.post(BATCH, JSON, body), 400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n", " \r\n"})
    void batch_noLines_is400(String body) {
        assertProblem(server.post(BATCH, NDJSON, body), 400);
    }

    @Test
    void batch_noneWritten_is503() {
        kafka.refusing(_ -> true);

        Reply reply = server.post(BATCH, JSON,
                "[" + TestEvents.json(1) + "," + INVALID + "," + TestEvents.json(2) + "]");

        assertProblem(reply, 503);
        assertFalse(reply.header("Retry-After").isEmpty());
        assertEquals("[0,2]", reply.json().get("unavailable").toString());
        assertEquals(1, reply.json().get("rejected").size());
    }

    @Test
    void batch_5000Events_isAcceptedAnd5001Are413() {
        String most = IntStream.range(0, 5_000).mapToObj(TestEvents::json).collect(Collectors.joining("\n"));

        Reply reply = server.post(BATCH, NDJSON, most);

        assertEquals(5_000, reply.json().get("accepted").asInt(), reply.body());
        assertProblem(server.post(BATCH, NDJSON, most + "\n{}"), 413);
        assertProblem(server.post(BATCH, JSON, "[" + String.join(",", Collections.nCopies(5_001, "{}")) + "]"), 413);
        assertEquals(5_000, kafka.sends());
    }

    @Test
    void batch_8MiB_isAcceptedAndOneByteMoreIs413() {
        String most = TestEvents.json(1) + "\n" + " ".repeat((8 << 20) - TestEvents.json(1).length() - 1);

        assertEquals(202, server.post(BATCH, NDJSON, most).status());
        assertProblem(server.post(BATCH, NDJSON, most + " "), 413);
    }

    @Test
    void batch_otherContentType_is415() {
        assertProblem(server.post(BATCH, "text/csv", "a,b"), 415);
    }

    @Test
    void batch_acceptedEvents_areCountedByType() {
        kafka.refusing(number -> number == 0);

        server.post(BATCH, NDJSON, TestEvents.json(1) + "\n" + TestEvents.json(2) + "\n" + INVALID);

        assertEquals(1, registry.get("events.ingested").tag("event_type", "pass").counter().count());
    }

    // --- on the wire

    @Test
    void post_bodyEndsPrematurely_isNeverAccepted() throws IOException {
        String answer = server.raw(
                "POST /api/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n"
                        + TestEvents.json(1));

        assertFalse(answer.startsWith("HTTP/1.1 202"), answer);
        assertFalse(answer.contains("xception"), answer);
        assertEquals(0, kafka.sends());
        Await.until(Duration.ofSeconds(5), "no bytes in flight",
                () -> registry.get("ingest.in.flight.bytes").gauge().value() == 0);
    }

    @Test
    void post_expect100Continue_isContinuedAndAccepted() throws IOException {
        String answer = server.raw(
                "POST /api/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
                        + "Connection: close\r\nContent-Length: " + TestEvents.json(1).length() + "\r\n\r\n"
                        + TestEvents.json(1));

        assertTrue(answer.contains("HTTP/1.1 202"), answer);
    }

    @Test
    void post_expect100ContinueTooLarge_is413WithoutTheBody() throws IOException {
        String answer = server
                .raw(String.join("\r\n", "POST /api/events HTTP/1.1", "Host: x", "Content-Type: application/json",
                        "Expect: 100-continue", "Content-Length: 70000", "", ""));

        assertTrue(answer.startsWith("HTTP/1.1 413"), answer);
    }

    @Test
    void post_malformedChunkedBody_isNeverAccepted() throws IOException {
        String answer = server
                .raw("POST /api/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n"
                        + "zz\r\n" + TestEvents.json(1) + "\r\n0\r\n\r\n");

        assertFalse(answer.startsWith("HTTP/1.1 202"), answer);
        assertFalse(answer.contains("xception"), answer);
        assertEquals(0, kafka.sends());
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE", "PATCH", "OPTIONS"})
    void otherMethods_are405WithAllow(String method) {
        Reply reply = server.send(server.request(EVENTS).method(method, HttpRequest.BodyPublishers.noBody()));

        assertProblem(reply, 405);
        assertEquals("POST", reply.header("Allow"));
    }

    @Test
    void head_is405WithoutBody() {
        Reply reply = server.send(server.request(EVENTS).HEAD());

        assertEquals(405, reply.status());
        assertEquals("", reply.body());
    }

    private List<String> written() {
        return kafka.history().stream().map(record -> new String(record.value(), UTF_8)).toList();
    }

    private static List<String> names(JsonNode object) {
        return object.propertyStream().map(java.util.Map.Entry::getKey).toList();
    }

    private static void assertProblem(Reply reply, int status) {
        assertEquals(status, reply.status(), reply.body());
        assertEquals("application/problem+json", reply.header("Content-Type"));
        List<String> names = names(reply.json());
        assertEquals(List.of("type", "title", "status", "detail", "instance", "requestId"), names.subList(0, 6));
        assertEquals(status, reply.json().get("status").asInt());
        assertEquals(reply.header("X-Request-Id"), reply.json().get("requestId").asText());
        assertFalse(reply.header("X-Request-Id").isEmpty());
    }
}
