package com.fanfinity.analytics.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import com.fanfinity.analytics.http.Access;
import com.fanfinity.analytics.http.Route;
import com.fanfinity.analytics.lab.hostile.RawHttp;
import com.fanfinity.analytics.security.TestKeys;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.Stack;

/// Every route of a running service × every kind of key × both headers. [KeyMatrixTest] has the same with stubs behind
/// the gate; here the real handlers answer.
@Tag("endurance")
class KeyMatrixIT {

    private static final String MATCH = "matrix-1";
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int MOST_REPEATS = 5;

    /// The service reads the key file every 5 s.
    private static final Duration REVOKED_WITHIN = Duration.ofSeconds(10);

    private static final Set<Access> SCOPES = EnumSet.of(Access.INGEST, Access.READ, Access.OPS, Access.ADMIN);

    /// Answers of the handlers behind the gate to the requests of this test.
    private static final Set<Integer> FROM_A_HANDLER = Set.of(200, 202, 400, 404);

    @TempDir
    private Path directory = Path.of("");

    private InetSocketAddress service = new InetSocketAddress(0);
    private int sources;

    private enum Header {
        AUTHORIZATION,
        X_API_KEY;

        String line(String key) {
            return this == AUTHORIZATION ? "Authorization: Bearer " + key : "X-API-Key: " + key;
        }
    }

    /// A key, and the answer that each access expects.
    ///
    /// @param text empty for no key
    private record Presented(String name, String text, Answers answers) {
        interface Answers {
            /// @return the status of the refusal; empty if a handler answers
            Optional<Integer> refusal(Access needed);
        }
    }

    private static final Optional<Integer> PASSES = Optional.empty();

    private static Optional<Integer> invalid(Access needed) {
        return needed == Access.OPEN ? PASSES : Optional.of(401);
    }

    private static List<Presented> presented() {
        List<Presented> all = new ArrayList<>(List.of(
                new Presented("none", "", needed -> needed == Access.READ ? PASSES : invalid(needed)),
                new Presented("unknown", TestKeys.key("nobody", 1), KeyMatrixIT::invalid),
                new Presented("expired", TestKeys.key("ended", 1), KeyMatrixIT::invalid),
                new Presented("of a wrong secret", TestKeys.key("turned", 9), KeyMatrixIT::invalid),
                new Presented("old of a rotation", TestKeys.key("turned", 1), _ -> PASSES),
                new Presented("new of a rotation", TestKeys.key("turned", 2), _ -> PASSES),
                new Presented("of a wrong prefix", TestKeys.key("prefixed", 1), _ -> PASSES)));
        SCOPES.forEach(scope -> all.add(new Presented("of scope " + scope, TestKeys.key(name(scope), 1),
                needed -> needed == Access.OPEN || needed == scope ? PASSES : Optional.of(403))));
        return all;
    }

    private static String name(Access access) {
        return access.name().toLowerCase(Locale.ROOT);
    }

    private static List<String> entries() {
        String all = "ingest,read,ops,admin";
        List<String> entries = new ArrayList<>(List.of(
                TestKeys.entry("ended", all, "", TestKeys.secret(TestKeys.key("ended", 1), "2020-01-01T00:00:00Z")),
                TestKeys.entry("turned", all, "",
                        TestKeys.secret(TestKeys.key("turned", 1), "2999-01-01T00:00:00Z"),
                        TestKeys.secret(TestKeys.key("turned", 2))),
                TestKeys.entry("prefixed", all, ",\"matches\":[\"other-\"]",
                        TestKeys.secret(TestKeys.key("prefixed", 1)))));
        SCOPES.forEach(scope -> entries.add(TestKeys.entry(name(scope), name(scope), "",
                TestKeys.secret(TestKeys.key(name(scope), 1)))));
        return entries;
    }

    private void writeKeys(List<String> entries) throws IOException {
        Path written = Files.write(directory.resolve("keys.new"), TestKeys.file(entries.toArray(String[]::new)));
        Files.move(written, directory.resolve("keys.json"), StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void everyRoute_withEveryKindOfKeyInBothHeaders_answersByItsAccess() throws Exception {
        writeKeys(entries());
        List<Route> routes = RouteAccessTest.routes("ingest,streams,live,sink", directory.resolve("routes"));
        try (Stack stack = Stack.start("key-matrix", Map.of("AUTH", "on", "API_KEYS_FILE",
                directory.resolve("keys.json").toString(), "KAFKA_PARTITIONS", Stack.FEW))) {
            service = new InetSocketAddress(InetAddress.getLoopbackAddress(),
                    URI.create(stack.service().url()).getPort());
            assertEquals(202, exchange(event(), Header.X_API_KEY, TestKeys.key("ingest", 1)).status());
            Await.until(LIMIT, "the match is known", () -> exchange(get("/api/matches/" + MATCH + "/metrics"),
                    Header.X_API_KEY, "").status() == 200);

            assertEquals(List.of(), faults(routes));
            revokedWhileStreaming();
        }
    }

    private List<String> faults(List<Route> routes) throws IOException {
        List<String> faults = new ArrayList<>();
        int requests = 0;
        for (Route route : routes) {
            Set<Integer> admitted = new TreeSet<>();
            for (Presented key : presented()) {
                for (Header header : Header.values()) {
                    RawHttp.Reply reply = exchange(request(route), header, key.text());
                    requests++;
                    boolean wrongPrefix = key.name().equals("of a wrong prefix")
                            && route.access().orElseThrow() == Access.INGEST;
                    if (!wrongPrefix && isPassed(route, key)) {
                        admitted.add(reply.status());
                    }
                    fault(route, key, reply, wrongPrefix).ifPresent(fault -> faults.add(
                            route + ", key " + key.name() + " in " + header + ": " + fault));
                }
            }
            if (admitted.size() > 1) {
                faults.add(route + ": keys that pass get different answers: " + admitted);
            }
        }
        assertTrue(requests > 300, requests + " requests");
        return faults;
    }

    private static boolean isPassed(Route route, Presented key) {
        return route.access().orElseThrow() != Access.PEER
                && key.answers().refusal(route.access().orElseThrow()).isEmpty();
    }

    private static Optional<String> fault(Route route, Presented key, RawHttp.Reply reply, boolean wrongPrefix) {
        Access needed = route.access().orElseThrow();
        if (needed == Access.PEER && route.template().startsWith("/internal")) {
            return reply.status() == 404 ? Optional.empty() : Optional.of("a peer's route answers " + reply.status());
        }
        if (needed == Access.PEER) {
            return Optional.empty(); // the internal port has the paths of reads too
        }
        if (wrongPrefix) {
            boolean batch = route.template().endsWith("/batch");
            return reply.status() == (batch ? 400 : 403) && reply.text().contains("forbidden")
                    ? Optional.empty()
                    : Optional.of("another match gets " + reply.status() + " " + reply.text());
        }
        Optional<Integer> refusal = key.answers().refusal(needed);
        boolean right = refusal.isPresent()
                ? reply.status() == refusal.get()
                : FROM_A_HANDLER.contains(reply.status());
        return right ? Optional.empty() : Optional.of(reply.status() + " " + reply.text());
    }

    /// The request of a client that may use the route.
    private static byte[] request(Route route) {
        if (route.template().equals("/api/events")) {
            return event();
        }
        if (route.template().equals("/api/events/batch")) {
            return RawHttp.post("/api/events/batch", "application/json", ("[" + json() + "]").getBytes(UTF_8));
        }
        String path = route.template().replace("{matchId}", MATCH).replaceAll("\\{[^}]+}", "x")
                .replaceAll("<[^>]+>", "x/y");
        return route.method().equals("GET")
                ? get(path)
                : (route.method() + " " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Content-Length: 2\r\n\r\n{}").getBytes(ISO_8859_1);
    }

    private static byte[] get(String path) {
        return RawHttp.get(path);
    }

    private static byte[] event() {
        return RawHttp.post("/api/events", "application/json", json().getBytes(UTF_8));
    }

    private static String json() {
        return "{\"matchId\":\"" + MATCH + "\",\"eventType\":\"share\",\"timestamp\":\"" + Instant.now() + "\"}";
    }

    /// A 503 with `Retry-After` comes from a part that is busy, and says nothing about the key.
    private RawHttp.Reply exchange(byte[] request, Header header, String key) throws IOException {
        RawHttp.Reply reply = exchangeOnce(request, header, key);
        for (int again = 0; again < MOST_REPEATS && reply.status() == 503
                && reply.header("retry-after").isPresent(); again++) {
            reply = exchangeOnce(request, header, key);
        }
        return reply;
    }

    /// Sends the request from an address of its own, because an address may fail ten times only. Of a stream only the
    /// head of the answer is read.
    private RawHttp.Reply exchangeOnce(byte[] request, Header header, String key) throws IOException {
        try (RawHttp http = open()) {
            byte[] complete = withKey(request, header, key);
            if (!new String(request, ISO_8859_1).contains("/stream HTTP/1.1")) {
                return http.exchange(complete);
            }
            http.send(complete);
            return http.receiveHead();
        }
    }

    private RawHttp open() throws IOException {
        sources++;
        InetAddress source = InetAddress.ofLiteral("127.0." + (100 + sources / 250) + "." + (1 + sources % 250));
        return new RawHttp(service, source, LIMIT);
    }

    private static byte[] withKey(byte[] request, Header header, String key) {
        String text = new String(request, ISO_8859_1);
        return (key.isEmpty()
                ? text
                : text.replaceFirst("\r\nHost: localhost\r\n",
                        "\r\nHost: localhost\r\n" + header.line(key) + "\r\n"))
                .getBytes(ISO_8859_1);
    }

    /// The streams of a removed key end, and its next request is refused.
    private void revokedWhileStreaming() throws IOException {
        Map<RawHttp, RawHttp.Reply> streams = new LinkedHashMap<>();
        for (Header header : Header.values()) {
            for (String path : List.of("/api/stream", "/api/matches/" + MATCH + "/stream")) {
                RawHttp stream = open();
                stream.send(withKey(get(path), header, TestKeys.key("read", 1)));
                streams.put(stream, stream.receiveHead());
            }
        }
        assertEquals(List.of(200, 200, 200, 200), streams.values().stream().map(RawHttp.Reply::status).toList());
        writeKeys(entries().stream().filter(entry -> !entry.contains("\"id\":\"read\"")).toList());
        long removed = System.nanoTime();

        for (var stream : streams.entrySet()) {
            stream.getKey().receiveBody(stream.getValue());
            stream.getKey().close();
        }
        Duration took = Duration.ofNanos(System.nanoTime() - removed);
        assertTrue(took.compareTo(REVOKED_WITHIN) <= 0, "the streams ended after " + took);
        for (Header header : Header.values()) {
            assertEquals(401, exchange(get("/api/matches"), header, TestKeys.key("read", 1)).status());
        }
    }
}
