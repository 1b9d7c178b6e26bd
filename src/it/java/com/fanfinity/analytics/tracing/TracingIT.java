package com.fanfinity.analytics.tracing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.opentelemetry.proto.trace.v1.Span;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.RealParts;
import com.fanfinity.analytics.stack.ServiceProcess;
import com.fanfinity.analytics.stack.process.Ports;

/// One trace from the request to the row, through every step: request thread → producer → topology → sink's batch →
/// ClickHouse.
@Tag("slow")
class TracingIT {

    private static final Duration SOON = Duration.ofSeconds(40);
    private static final String ADMIN_KEY = "an-admin-key-that-no-span-may-hold";
    private static final String NOTE = "a-private-note";

    private static OtlpReceiver collector;
    private static HeaderWatch clickHouse;
    private static ServiceProcess service;
    private static ApiClient api;
    private static Path log;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        collector = new OtlpReceiver();
        clickHouse = new HeaderWatch(RealParts.engine().url());
        Path directory = RealParts.directory("tracing");
        log = directory.resolve("service.log");
        Map<String, String> environment = new HashMap<>(
                Map.of("KAFKA_BOOTSTRAP_SERVERS", RealParts.broker().bootstrapServers(),
                        "KAFKA_TOPIC_PREFIX", "traced-", "KAFKA_PARTITIONS", "1", "CLICKHOUSE_URL", clickHouse.url(),
                        "CLICKHOUSE_DATABASE",
                        "traced", "STATE_DIR", directory.resolve("streams").toString(), "STREAMS_THREADS", "1",
                        "ADMIN_KEY", ADMIN_KEY));
        environment.putAll(Map.of("SINK_FLUSH_INTERVAL", "2s", "OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint(),
                "OTEL_BSP_SCHEDULE_DELAY", "200"));
        service = ServiceProcess.startTraced("com.fanfinity.analytics.Main", Ports.free(), environment, log);
        api = new ApiClient(service.url(), RealParts.engine().url());
    }

    @AfterAll
    static void stop() throws IOException {
        api.close();
        service.close();
        clickHouse.close();
        collector.close();
    }

    @Test
    void event_fromRequestToInsert_isOneTrace() throws Exception {
        String trace = post("alone", 1);

        Span insert = Await.until(SOON, "the insert is in the caller's trace",
                () -> inserts().filter(span -> traceOf(span).equals(trace))
                        .toList(),
                found -> !found.isEmpty()).getFirst();
        List<Span> path = Await.until(SOON, "every span of its path has arrived", () -> pathTo(insert),
                spans -> hasCaller(spans.getFirst()));
        Span request = Await.until(SOON, "the request to ClickHouse", () -> collector.ofTrace(trace).stream()
                .filter(span -> span.getParentSpanId().equals(insert.getSpanId())).toList(), found -> !found.isEmpty())
                .getFirst();

        assertEquals(List.of("SERVER POST /api/events", "PRODUCER traced-match-events publish",
                "CONSUMER traced-match-events process",
                "PRODUCER traced-match-events-accepted publish", "CLIENT INSERT match_events"), names(path));
        assertEquals("CLIENT POST", name(request));
        assertTrue(
                clickHouse.traceparents().contains("00-" + trace + "-" + OtlpReceiver.hex(request.getSpanId()) + "-01"),
                "ClickHouse received: " + clickHouse.traceparents());
        assertEquals(Optional.of("request-1"),
                OtlpReceiver.attribute(path.getFirst(), "http.response.header.x-request-id"));
        assertEquals(Optional.of("/api/events"), OtlpReceiver.attribute(path.getFirst(), "http.route"));
    }

    /// Rows wait for their batch. An insert with events of several requests is in the trace of one of them and has
    /// links to the others.
    @Test
    void events_storedByOneInsert_areLinkedFromIt() throws Exception {
        Set<String> traces = new TreeSet<>();
        for (long number = 100; number < 110; number++) {
            traces.add(post("together", number));
        }

        Await.until(SOON, "each trace has an insert or a link from one", () -> tracesOf(inserts()),
                found -> found.containsAll(traces));
        List<Span> linking = inserts().filter(span -> span.getLinksCount() > 0).toList();
        assertFalse(linking.isEmpty(), "an insert of several events: " + inserts().map(TracingIT::name).toList());
        assertTrue(traces.containsAll(tracesOf(linking.stream())), "no other trace");
    }

    /// If the caller does not record its trace, no later step records it either.
    @Test
    void event_callerDoesNotRecord_leavesNoSpan() throws Exception {
        String trace = trace(200);
        send("unseen", 200, "00-" + trace + "-00f067aa0ba902b7-00");

        Await.until(SOON, "stored",
                () -> api.rows("SELECT count() FROM traced.match_events WHERE match_id = 'unseen'")
                        .equals(List.of("1")));
        post("unseen", 201);
        Await.until(SOON, "a later trace has arrived", () -> tracesOf(inserts()).contains(trace(201)));
        assertEquals(List.of(), collector.ofTrace(trace));
    }

    @Test
    void spans_anyRequest_holdNoPayloadAndNoKey() throws Exception {
        post("private", 300);
        api.ask("/api/dead-letters",
                request -> request.header("X-Api-Key", ADMIN_KEY).header("traceparent", parent(301)));
        Await.until(SOON, "both traces have arrived",
                () -> !collector.ofTrace(trace(301)).isEmpty() && tracesOf(inserts()).contains(trace(300)));

        String all = collector.spans().toString();
        for (String secret : List.of(NOTE, ADMIN_KEY, "a-player", EventJson.idOf(300).toString())) {
            assertFalse(all.contains(secret), secret);
        }
    }

    /// Except for the JVM's own warning about class data sharing.
    @Test
    void log_withAgent_hasTheLogFormatInEveryLine() throws IOException {
        List<String> other = Files.readAllLines(log).stream()
                .filter(line -> !line.startsWith("OpenJDK 64-Bit Server VM warning: Sharing is"))
                .filter(line -> !line
                        .matches("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+(Z|[+-]\\d\\d:\\d\\d) \\[.+] \\[(ERROR|WARN|INFO)] .*"))
                .toList();

        assertEquals(List.of(), other);
    }

    /// @return the id of the trace that the caller started
    private static String post(String match, long number) throws IOException, InterruptedException {
        send(match, number, parent(number));
        return trace(number);
    }

    private static void send(String match, long number, String parent) throws IOException, InterruptedException {
        String event = EventJson.of(match, "goal", number).team("home")
                .metadata("{\"note\":\"" + NOTE + "\",\"who\":\"a-player\"}").json();
        ApiClient.Answer answer = api.ask("/api/events", request -> request.header("Content-Type", "application/json")
                .header("traceparent", parent).header("X-Request-Id", "request-" + number)
                .POST(BodyPublishers.ofString(event)));
        assertEquals(202, answer.status(), answer.body());
    }

    private static String trace(long number) {
        return "4bf92f3577b34da6a3ce%012x".formatted(number);
    }

    private static String parent(long number) {
        return "00-" + trace(number) + "-00f067aa0ba902b7-01";
    }

    private static Stream<Span> inserts() {
        return collector.spans().stream().filter(span -> span.getName().equals("INSERT match_events"));
    }

    private static Set<String> tracesOf(Stream<Span> inserts) {
        return inserts.flatMap(insert -> Stream.concat(Stream.of(traceOf(insert)),
                insert.getLinksList().stream().map(link -> OtlpReceiver.hex(link.getTraceId()))))
                .collect(Collectors.toSet());
    }

    /// The spans from the first ancestor that has arrived to this one, each the parent of the next.
    private static List<Span> pathTo(Span last) {
        Map<String, Span> byId = new HashMap<>();
        collector.ofTrace(traceOf(last)).forEach(span -> byId.put(OtlpReceiver.hex(span.getSpanId()), span));
        List<Span> path = new ArrayList<>();
        for (Span span = last; span != null; span = byId.get(OtlpReceiver.hex(span.getParentSpanId()))) {
            path.addFirst(span);
        }
        return path;
    }

    private static boolean hasCaller(Span span) {
        return OtlpReceiver.hex(span.getParentSpanId()).equals("00f067aa0ba902b7");
    }

    private static String traceOf(Span span) {
        return OtlpReceiver.hex(span.getTraceId());
    }

    private static List<String> names(List<Span> spans) {
        return spans.stream().map(TracingIT::name).toList();
    }

    private static String name(Span span) {
        return span.getKind().name().replace("SPAN_KIND_", "") + " " + span.getName();
    }
}
