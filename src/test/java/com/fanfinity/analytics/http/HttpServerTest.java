package com.fanfinity.analytics.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

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
    private static final Duration BODY_LIMIT = Duration.ofMillis(300);

    private final TestServer server = new TestServer(HttpServerTest::routes);

    private static void routes(RoutesConfig routes) {
        routes.get("/things/{id}", ctx -> ctx.result("thing"));
        routes.post("/things/{id}", ctx -> ctx.result("made"));
        routes.get("/fails", _ -> {
            throw new IllegalStateException("secret-host:5432 refused");
        });
        routes.post("/slow", ctx -> ctx.result("" + RequestBody.read(ctx, 100, BODY_LIMIT, _ -> {}).length));
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
        for (String path : List.of("/things/1", "/nothing", "/fails", "/busy")) {
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
        assertEquals(Set.of("GET", "POST"), new TreeSet<>(List.of(reply.header("Allow").split(", *"))).stream()
                .filter(method -> !method.equals("HEAD")).collect(Collectors.toSet()));
    }

    @Test
    void failure_is500AndRevealsNothing() {
        Reply reply = server.get("/fails");

        assertProblem(reply, 500);
        assertFalse(reply.body().contains("secret-host"), reply.body());
        assertFalse(reply.body().contains("xception"), reply.body());
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

    @Test
    void body_slow_is408() throws IOException {
        try (Socket socket = connected()) {
            OutputStream out = socket.getOutputStream();
            out.write("POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 90\r\n\r\n".getBytes(ISO_8859_1));
            long started = System.nanoTime();
            Await.until(Duration.ofSeconds(10), "response before the end of the body", () -> {
                out.write('x');
                return socket.getInputStream().available() > 0;
            });

            assertTrue(System.nanoTime() - started >= BODY_LIMIT.toNanos());
            String head = head(socket);
            assertTrue(head.startsWith("HTTP/1.1 408") && head.toLowerCase(Locale.ROOT).contains("connection: close"),
                    head);
        }
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
    void connections_beyondTheMaximum_waitUntilOneIsClosed() throws IOException {
        List<Socket> open = new ArrayList<>();
        try {
            for (int i = 0; i < TestServer.MOST_CONNECTIONS; i++) {
                open.add(connected());
                assertTrue(answered(open.getLast()), "connection " + i);
            }
            Socket waiting = connected();
            open.add(waiting);
            ask(waiting);
            assertTrue(answered(open.getFirst()), "open connections are served");
            assertEquals(0, waiting.getInputStream().available());

            open.getFirst().close();

            assertTrue(head(waiting).startsWith("HTTP/1.1 200"));
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
    void tooLargeHeaders_is431Problem() throws IOException {
        String answer = server.raw("GET / HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(20_000) + "\r\n\r\n");

        assertTrue(answer.startsWith("HTTP/1.1 431"), answer);
        assertTrue(answer.contains("application/problem+json"), answer);
    }

    @Test
    void head_ofAGetRoute_hasNoBody() {
        Reply reply = server.send(server.request("/things/1").HEAD());

        assertEquals("", reply.body());
        assertTrue(reply.status() == 200 || reply.status() == 405, "status " + reply.status());
    }

    private static void assertProblem(Reply reply, int status) {
        assertEquals(status, reply.status(), reply.body());
        assertEquals("application/problem+json", reply.header("Content-Type"));
        assertEquals(status, reply.json().get("status").asInt());
        assertTrue(reply.json().get("type").asText().startsWith("urn:fanfinity:problem:"), reply.body());
        assertEquals(reply.header("X-Request-Id"), reply.json().get("requestId").asText());
    }
}
