package com.fanfinity.analytics.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.javalin.config.RoutesConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.testing.TestServer;
import com.fanfinity.analytics.testing.TestServer.Metered;
import com.fanfinity.analytics.testing.TestServer.Reply;

class HttpServerTest {
    private static final String END_OF_HEAD = "\r\n\r\n";
    private static final Duration SOON = Duration.ofSeconds(10);

    private final Semaphore arrivedBytes = new Semaphore(0);

    private final TestServer server = new TestServer(this::routes);

    private void routes(RoutesConfig routes) {
        routes.get("/things/{id}", ctx -> ctx.result("thing"));
        routes.post("/things/{id}", ctx -> ctx.result("made"));
        routes.get("/fails", _ -> {
            throw new IllegalStateException("secret-host:5432 refused");
        });
        routes.get("/error", _ -> {
            throw new StackOverflowError("secret-host:5432 refused");
        });
        routes.get("/query", ctx -> ctx.result("" + ctx.queryParam("x")));
        routes.get("/large", ctx -> ctx.result("x".repeat(200_000)));
        routes.post("/slow",
                ctx -> ctx.result("" + RequestBody.read(ctx, 100, arrivedBytes::release).length));
        routes.post("/json", ctx -> ctx.result(RequestBody.mediaType(ctx, Set.of("application/json"))));
        routes.post("/rejects-early", _ -> {
            throw new ProblemException(Problem.badRequest("No."));
        });
        routes.post("/rejects-body", ctx -> RequestBody.read(ctx, 1 << 20, _ -> {
            throw new ProblemException(Problem.unavailable("Later.", Duration.ofSeconds(1)));
        }));
        routes.get("/busy", _ -> {
            throw new ProblemException(Problem.unavailable("Later.", Duration.ofMillis(1)));
        });
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void anyResponse_hasARequestIdAndNoServerName() {
        for (String path : List.of("/things/1", "/nothing", "/fails", "/error", "/busy")) {
            Reply reply = server.get(path);

            assertFalse(reply.header("X-Request-Id").isEmpty(), path);
            assertEquals("", reply.header("Server"), path);
            assertEquals("", reply.header("X-Powered-By"), path);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "0a1B-_.:", "54ff7e6d-b7f7-54ec-9d8b-f8a8d8d5c517"})
    void requestId_valid_isKept(String id) {
        assertEquals(id, server.send(server.request("/things/1").header("X-Request-Id", id)).header("X-Request-Id"));
    }

    @Test
    void requestId_invalid_isReplaced() {
        for (String id : List.of("", " ", "a b", "<script>", "a".repeat(129), "a\tb", "{}", "é")) {
            String given = server.send(server.request("/things/1").header("X-Request-Id", id)).header("X-Request-Id");

            assertTrue(given.matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"),
                    id + " became " + given);
        }
    }

    @Test
    void requestId_missing_isGeneratedPerRequest() {
        assertNotEquals(server.get("/things/1").header("X-Request-Id"), server.get("/things/1").header("X-Request-Id"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nothing", "/", "/things", "/things/1/2", "/things/%3Cscript%3E/x", "/%F0%9D%84%9E"})
    void unknownPath_is404Problem(String path) {
        Reply reply = server.get(path);

        assertProblem(reply, 404);
    }

    @Test
    void unsupportedMethod_is405WithAllow() {
        Reply reply = server.send(server.request("/things/1").DELETE());

        assertProblem(reply, 405);
        assertEquals(Set.of("GET", "HEAD", "POST"), Set.of(reply.header("Allow").split(", *")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/fails", "/error"})
    void failure_is500AndRevealsNothing(String path) {
        Reply reply = server.get(path);

        assertProblem(reply, 500);
        assertFalse(reply.body().contains("secret-host"), reply.body());
        assertFalse(reply.body().contains("xception") || reply.body().contains("StackOverflow"), reply.body());
    }

    @Test
    void unavailable_hasARetryAfterOfAtLeastASecond() {
        assertEquals("1", server.get("/busy").header("Retry-After"));
    }

    @Test
    void meter_recordsRouteTemplateAndKindOfProblem() {
        server.get("/things/5");
        server.get("/busy");
        server.get("/nothing");
        server.send(server.request("/things/1").DELETE());

        Await.until(Duration.ofSeconds(5), "four requests", () -> server.metered().size() == 4);
        assertEquals(
                Set.of(new Metered("GET", "/things/{id}", 200, ""), new Metered("GET", "/busy", 503, "unavailable"),
                        new Metered("GET", "unmatched", 404, "not-found"),
                        new Metered("DELETE", "unmatched", 405, "method-not-allowed")),
                Set.copyOf(server.metered()));
    }

    /// Clients can invent methods, and each must not become a time series.
    @Test
    void meter_inventedMethods_shareOneLabel() {
        for (int i = 0; i < 20; i++) {
            server.send(server.request("/things/1").method("INVENTED" + i, HttpRequest.BodyPublishers.noBody()));
        }

        Await.until(Duration.ofSeconds(5), "20 requests", () -> server.metered().size() == 20);
        assertEquals(1, server.metered().stream().map(Metered::method).distinct().count(),
                () -> server.metered().toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense\r\n\r\n", "GET / HTTP/9.9\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
        "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /a%2fb HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "GET /a/%2e%2e/b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "GET /a;x/../b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "GET /\u0000 HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nBad\u0001Name: y\r\n\r\n",
        "POST /things/1 HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST /things/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
        "POST /things/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET /%ED%A0%80 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "DELETE /%zz HTTP/1.1\r\nHost: x\r\n\r\n"})
    void malformedRequest_is4xxProblemAndLeaksNothing(String request) throws IOException {
        String answer = server.raw(request);

        assertTrue(answer.matches("(?s)HTTP/1.1 (4\\d\\d|505) .*"), answer);
        assertTrue(answer.contains("application/problem+json"), answer);
        assertTrue(answer.contains("X-Request-Id: "), answer);
        assertFalse(answer.matches("(?is).*(jetty|javalin|exception|org\\.|java\\.|\nserver:|<html).*"), answer);
    }

    @Test
    void malformedRequest_isRecordedAsUnmatched() throws IOException {
        server.raw("GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n");

        Await.until(Duration.ofSeconds(5), "one request", () -> !server.metered().isEmpty());
        assertEquals(List.of("unmatched 400 http-400"),
                server.metered().stream().map(one -> one.endpoint() + ' ' + one.status() + ' ' + one.problem())
                        .toList());
    }

    /// A stopping server ends idle connections after 1 s, so its clients did not delay the body.
    @Test
    void body_incompleteWhenTheServerStops_is503() throws Exception {
        try (Socket socket = connected()) {
            sendOneByteOf90(socket);
            server.close();

            String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);

            assertTrue(answer.startsWith("HTTP/1.1 503"), answer);
            assertTrue(answer.toLowerCase(Locale.ROOT).contains("retry-after: 1"), answer);
            assertTrue(answer.toLowerCase(Locale.ROOT).contains("connection: close"), answer);
        }
    }

    @Test
    void body_endedByTheClient_is400() throws Exception {
        String answer = server.raw("POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 90\r\n\r\nx");

        assertTrue(answer.startsWith("HTTP/1.1 400"), answer);
        assertTrue(answer.contains("ended prematurely"), answer);
    }

    @Test
    void body_malformedChunk_is400() throws Exception {
        String answer = server.raw("POST /slow HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n");

        assertTrue(answer.startsWith("HTTP/1.1 400"), answer);
    }

    private void sendOneByteOf90(Socket socket) throws Exception {
        socket.getOutputStream()
                .write("POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 90\r\n\r\nx".getBytes(ISO_8859_1));
        assertTrue(arrivedBytes.tryAcquire(10, TimeUnit.SECONDS), "the first byte arrives");
    }

    /// Otherwise the client's next request goes into a connection that the server is about to close.
    @Test
    void body_rejectedHalfway_isReadToItsEndAndTheConnectionStaysOpen() throws IOException {
        try (Socket socket = connected()) {
            socket.getOutputStream().write(
                    "POST /rejects-body HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\n".getBytes(ISO_8859_1));
            socket.getOutputStream().write(new byte[500_000]);
            String head = head(socket);
            assertTrue(head.startsWith("HTTP/1.1 503"), head);
            int length = Integer.parseInt(head.replaceAll("(?is).*content-length: (\\d+).*", "$1"));
            assertEquals(length, socket.getInputStream().readNBytes(length).length);

            assertTrue(answered(socket), "the same connection");
        }
    }

    @Test
    void connections_beyondTheMaximum_takeThePlaceOfTheOldestIdleOnes() throws IOException {
        List<Socket> open = new ArrayList<>();
        try {
            for (int i = 0; i < TestServer.MOST_CONNECTIONS; i++) {
                open.add(connected());
                assertTrue(answered(open.getLast()), "connection " + i);
            }
            Socket further = connected();
            open.add(further);

            assertTrue(answered(further));
            assertEquals(-1, open.getFirst().getInputStream().read(), "the oldest idle connection is closed");
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    private Socket connected() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static boolean answered(Socket socket) throws IOException {
        ask(socket);
        return head(socket).startsWith("HTTP/1.1 200");
    }

    private static void ask(Socket socket) throws IOException {
        socket.getOutputStream().write("HEAD /things/1 HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(ISO_8859_1));
    }

    private static String head(Socket socket) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int read = socket.getInputStream().read();
            if (read < 0) {
                return head.toString();
            }
            head.append((char) read);
        }
        return head.toString();
    }

    @Test
    void requestHead_tooLarge_is431Or414Problem() throws IOException {
        String rest = "x".repeat(20_000);
        String headers = server.raw("GET / HTTP/1.1\r\nHost: x\r\nX: " + rest + END_OF_HEAD);
        String path = server.raw("GET /" + rest + " HTTP/1.1\r\nHost: x" + END_OF_HEAD);

        assertTrue(headers.startsWith("HTTP/1.1 431"), headers);
        assertTrue(path.startsWith("HTTP/1.1 414"), path);
        for (String answer : List.of(headers, path)) {
            assertTrue(answer.contains("application/problem+json"), answer);
            assertTrue(answer.contains("Connection: close\r\n"), answer);
        }
        assertTrue(headers.contains("8 KiB"), headers);
        assertTrue(path.contains("4 KiB"), path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/query?x=", "/nothing/"})
    void url_of4KiB_isAcceptedAndOneByteMoreIs414(String path) throws IOException {
        String longest = path + "x".repeat(4_096 - path.length());

        String accepted = exchange("GET", longest, "identity");
        String rejected = exchange("GET", longest + "x", "identity");

        assertTrue(accepted.matches("(?s)HTTP/1.1 (200|404) .*"), accepted);
        assertTrue(rejected.startsWith("HTTP/1.1 414 "), rejected);
        assertTrue(rejected.contains("application/problem+json"), rejected);
    }

    @Test
    void headers_100_areAcceptedAndOneMoreIs431() throws IOException {
        String most = "A: b\r\n".repeat(98);

        String accepted = server.raw("GET /things/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + most + "\r\n");
        String rejected = server.raw("GET /things/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nA: b\r\n" + most
                + "\r\n");

        assertTrue(accepted.startsWith("HTTP/1.1 200 "), accepted);
        assertTrue(rejected.startsWith("HTTP/1.1 431 "), rejected);
        assertTrue(rejected.contains("at most 100 headers"), rejected);
    }

    /// The path is right, so the connection stays open and the caller's id is known.
    @ParameterizedTest
    @ValueSource(strings = {"GET /%ff HTTP/1.1\r\n", "GET /a%2f%2fb HTTP/1.1\r\n", "TRACE /things/1 HTTP/1.1\r\n",
        "get /things/1 HTTP/1.1\r\n", "OPTIONS * HTTP/1.1\r\n", "GET /query?x=%zz HTTP/1.1\r\n"})
    void request_readableButRejected_keepsIdAndConnection(String line) throws IOException {
        try (Socket socket = connected()) {
            socket.getOutputStream().write((line + "Host: x\r\nX-Request-Id: mine" + END_OF_HEAD).getBytes(ISO_8859_1));
            String head = head(socket);
            assertTrue(head.matches("(?s)HTTP/1.1 4\\d\\d .*"), head);
            assertTrue(head.contains("X-Request-Id: mine\r\n"), head);
            assertTrue(head.contains("application/problem+json"), head);
            int length = Integer.parseInt(head.replaceAll("(?is).*content-length: (\\d+).*", "$1"));
            assertEquals(length, socket.getInputStream().readNBytes(length).length);

            assertTrue(answered(socket), "the same connection");
        }
    }

    /// A GET must not pass as a POST the checks in front of the routes.
    @Test
    void method_overriddenByAHeader_isThatOfTheRequestLine() throws IOException {
        assertEquals("thing", server.send(server.request("/things/1").header("X-HTTP-Method-Override", "POST")).body());
        assertTrue(server.raw("HEAD /fails HTTP/1.1\r\nHost: x\r\nX-HTTP-Method-Override: HEAD\r\n\r\n")
                .startsWith("HTTP/1.1 500 "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip, chunked", "deflate, chunked", "chunked, chunked", "identity"})
    void transferCoding_unsupported_isRejected(String coding) throws IOException {
        String answer = server.raw("POST /slow HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: " + coding
                + "\r\n\r\n0\r\n\r\n");

        assertTrue(answer.matches("(?s)HTTP/1.1 (400|501) .*"), answer);
        assertTrue(answer.contains("application/problem+json"), answer);
    }

    /// The paths cover a result, no result, an error, a problem, an unknown path, another method and a large body.
    @ParameterizedTest
    @ValueSource(strings = {"/things/1", "/query", "/query?x=%zz", "/fails", "/error", "/busy", "/nothing", "/slow",
        "/large"})
    void head_anyPath_hasStatusAndHeadersOfGetAndNoBody(String path) throws IOException {
        for (String accepted : List.of("identity", "gzip")) {
            String get = exchange("GET", path, accepted);
            String head = exchange("HEAD", path, accepted);

            assertEquals(withoutBody(get), withoutBody(head));
            assertEquals("", head.substring(head.indexOf(END_OF_HEAD) + END_OF_HEAD.length()));
        }
    }

    private String exchange(String method, String path, String acceptEncoding) throws IOException {
        return server.raw(method + " " + path + " HTTP/1.1\r\nHost: x\r\nX-Request-Id: same\r\nConnection: close\r\n"
                + "Accept-Encoding: " + acceptEncoding + END_OF_HEAD);
    }

    private static String withoutBody(String answer) {
        return answer.substring(0, answer.indexOf(END_OF_HEAD)).replaceAll("Date: .*\r\n", "");
    }

    @Test
    void head_isMeasuredAsHead() {
        server.send(server.request("/things/1").HEAD());

        Await.until(SOON, "one request", () -> !server.metered().isEmpty());
        assertEquals(List.of(new Metered("HEAD", "/things/{id}", 200, "")), server.metered());
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/json; charset=utf-8", "application/json;charset=utf8",
        "application/json; charset=UTF8", "application/json; charset=\"utf8\"", "application/json; charset=\"UTF-8\"",
        "APPLICATION/JSON; Charset=Utf8", "application/json; charset=utf8; profile=x", "application/json;"})
    void body_inUtf8_isAccepted(String contentType) {
        assertEquals("application/json", server.post("/json", contentType, "{}").body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json; charset=latin1", "application/json; charset=utf-16",
        "application/json; charset=\"iso-8859-1\"", "application/json; charset=utf", "application/json; charset=",
        "application/json; charset=utf-8; charset=latin1", "text/plain; charset=utf8", "utf8"})
    void body_inAnotherCharsetOrType_is415(String contentType) {
        assertProblem(server.post("/json", contentType, "{}"), 415);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/query?x=%", "/query?x=%4", "/query?x=%zz", "/query?x=1&y=%e4%f", "/things/1?%u0041",
        "/nothing?%zz"})
    void query_withMalformedPercentEncoding_is400(String path) throws IOException {
        String answer = server.raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nX-Request-Id: mine\r\n\r\n");

        assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
        assertTrue(answer.contains("application/problem+json"), answer);
        assertTrue(answer.contains("X-Request-Id: mine\r\n"), answer);
    }

    @Test
    void query_withWellFormedPercentEncoding_isDecoded() {
        assertEquals("a%b ä", server.get("/query?x=a%25b%20%c3%A4").body());
    }

    /// Otherwise the client sends its next request into a connection that the server has closed.
    @ParameterizedTest
    @ValueSource(strings = {"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", "nonsense\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
        "POST /rejects-early HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx",
        "POST /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx",
        "DELETE /things/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx",
        "POST /query?x=%zz HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx",
        "POST /nothing HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n",
        "POST /slow HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n1\r\nx\r\n",
        "GET / HTTP/9.9\r\nHost: x\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "GET /a%00b HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /../x HTTP/1.1\r\nHost: x\r\n\r\n", "GET /\r\n\r\n",
        "POST /fails HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n"})
    void connection_closedByTheServer_isAnnounced(String request) throws IOException {
        try (Socket socket = connected()) {
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));

            String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);

            assertTrue(answer.toLowerCase(Locale.ROOT).contains("\r\nconnection: close\r\n"), answer);
        }
    }

    @Test
    void connection_idle_staysOpenForTheIdleTimeout() throws IOException {
        Duration idle = Duration.ofSeconds(2);
        try (TestServer quick = new TestServer(idle, this::routes);
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), quick.port())) {
            socket.setSoTimeout(20_000);
            long askedAt = System.nanoTime();
            assertTrue(answered(socket));

            assertEquals(-1, socket.getInputStream().read());

            assertTrue(System.nanoTime() - askedAt >= idle.plusMillis(500).toNanos(), "with a margin");
        }
    }

    /// The idle timeout counts between requests only. A request may pause for longer.
    @Test
    void request_longerThanTheIdleTimeout_isAnswered() throws Exception {
        Duration idle = Duration.ofSeconds(2);
        try (TestServer quick = new TestServer(idle, this::routes);
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), quick.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write("POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nx".getBytes(ISO_8859_1));
            assertTrue(arrivedBytes.tryAcquire(10, TimeUnit.SECONDS));
            long pausedAt = System.nanoTime();
            Await.until(SOON, "more than the idle timeout",
                    () -> System.nanoTime() - pausedAt > idle.plusSeconds(2).toNanos());
            socket.getOutputStream().write('x');

            assertTrue(head(socket).startsWith("HTTP/1.1 200 "));
        }
    }

    @Test
    void close_withIdleConnections_takesNoneOfTheIdleTimeout() throws IOException {
        TestServer slow = new TestServer(Duration.ofHours(1), this::routes);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), slow.port())) {
            assertTrue(answered(socket));
            long started = System.nanoTime();

            slow.close();

            assertTrue(System.nanoTime() - started < Duration.ofSeconds(10).toNanos());
        }
    }

    private static void assertProblem(Reply reply, int status) {
        assertEquals(status, reply.status(), reply.body());
        assertEquals("application/problem+json", reply.header("Content-Type"));
        assertEquals(status, reply.json().get("status").asInt());
        assertTrue(reply.json().get("type").asText().startsWith("urn:fanfinity:problem:"), reply.body());
        assertEquals(reply.header("X-Request-Id"), reply.json().get("requestId").asText());
    }
}
