package com.fanfinity.analytics.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

import io.javalin.config.RoutesConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.testing.TestServer;

class ResponseHeadersTest {

    private static final String ORIGIN = "https://dash.example.org";
    private static final List<String> ALWAYS = List.of("x-content-type-options: nosniff",
            "content-security-policy: default-src 'none'; frame-ancestors 'none'", "referrer-policy: no-referrer",
            "cross-origin-resource-policy: same-origin", "vary: accept-encoding, origin", "x-request-id: ");

    private static final Routes ROUTES = new Routes() {
        @Override
        public void addTo(RoutesConfig routes) {
            routes.get("/api/x", ctx -> ctx.result("x"));
            routes.get("/page", ctx -> ctx.header("Content-Security-Policy", "own").result("x"));
            routes.get("/error", _ -> {
                throw new IllegalStateException("expected by the test");
            });
        }

        @Override
        public Optional<Problem> shedIfOverloaded(String method, String path, int queued) {
            return path.equals("/shed")
                    ? Optional.of(Problem.overloaded("Busy.", Duration.ofSeconds(1)))
                    : Optional.empty();
        }
    };

    private static final StreamingEndpoint STREAM = new StreamingEndpoint() {
        @Override
        public Set<String> templates() {
            return Set.of("/api/stream");
        }

        @Override
        public Access access() {
            return Access.READ;
        }

        @Override
        public Optional<String> routeTemplate(String path) {
            return path.equals("/api/stream") ? Optional.of(path) : Optional.empty();
        }

        @Override
        public void handle(StreamingExchange exchange) {
            exchange.startResponse(200, "text/event-stream");
            exchange.response().write(true, ByteBuffer.wrap(": hello\n\n".getBytes(UTF_8)), exchange.callback());
        }
    };

    private final TestServer server = new TestServer(ListenerOptions.publicListener(
            new Settings.Edge(Optional.empty(), Set.of(ORIGIN), Set.of("stats.example", "*.apps.example")), "pod-1",
            Optional.empty()), List.of(STREAM), ROUTES);

    @AfterEach
    void stop() {
        server.close();
    }

    private String raw(String head) throws IOException {
        return server.raw(head.replace("\n", "\r\n") + "\r\nConnection: close\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /api/x HTTP/1.1\nHost: localhost", "HEAD /api/x HTTP/1.1\nHost: localhost",
        "GET /none HTTP/1.1\nHost: localhost", "POST /api/x HTTP/1.1\nHost: localhost",
        "GET /error HTTP/1.1\nHost: localhost", "GET /shed HTTP/1.1\nHost: localhost\nContent-Length: 0",
        "GET /api/stream HTTP/1.1\nHost: localhost", "GET /api/x?a=%zz HTTP/1.1\nHost: localhost",
        "GET /api/x HTTP/1.1\nHost: evil.example", "GET /api/x HTTP/1.1", "GET /%zz HTTP/1.1\nHost: localhost",
        "GET /api/x HTTP/3.9\nHost: localhost", "G@T /api/x HTTP/1.1\nHost: localhost",
        "GET /api/x HTTP/1.1\nHost: localhost\nTransfer-Encoding: gzip",
        "OPTIONS /api/x HTTP/1.1\nHost: localhost\nOrigin: " + ORIGIN + "\nAccess-Control-Request-Method: POST"})
    void answer_any_hasTheSecurityHeaders(String head) throws IOException {
        String answer = raw(head).toLowerCase(Locale.ROOT);

        assertTrue(answer.startsWith("http/1.1 "), answer);
        for (String header : ALWAYS) {
            assertEquals(2, answer.split("\r\n" + header, -1).length, header + " in " + answer);
        }
    }

    @Test
    void answer_tooManyHeaders_hasTheSecurityHeaders() throws IOException {
        String answer = raw("GET /api/x HTTP/1.1\nHost: localhost\nX: " + "x".repeat(10_000)).toLowerCase(Locale.ROOT);

        assertTrue(answer.startsWith("http/1.1 431 "), answer);
        ALWAYS.forEach(header -> assertTrue(answer.contains("\r\n" + header), header + " in " + answer));
    }

    @Test
    void page_withAPolicyOfItsOwn_keepsIt() {
        TestServer.Reply reply = server.get("/page");

        assertEquals(List.of("own"), reply.response().headers().allValues("Content-Security-Policy"));
    }

    @ParameterizedTest
    @CsvSource({"localhost,200", "LOCALHOST:8080,200", "a.localhost,200", "127.0.0.1:1,200", "10.1.2.3,200",
        "[::1]:8080,200", "[fd00::1],200", "pod-1,200", "stats.example:443,200", "Stats.Example.,200",
        "a.apps.example,200", "apps.example,421", "evil.example,421", "127.0.0.1.evil.example,421",
        "stats.example.evil,421", "localhost.evil,421", "1.2.3,421", "stats.example.:443,200", "A.APPS.EXAMPLE.,200",
        "POD-1.,200", "localhost.:8080,200", "127.0.0.1.:80,200", "[FD00::1]:443,200", "[::ffff:10.1.2.3],200",
        "stats.example..,421", "999.1.1.1,421", "1.2.3.4.5,421", "[evil.example],4", "evil.example:80:80,4",
        "evil:example,4", "[::1].evil.example,4"})
    void host_any_isAllowedOrMisdirected(String host, int status) throws IOException {
        String answer = raw("GET /api/x HTTP/1.1\nHost: " + host);

        assertTrue(answer.startsWith("HTTP/1.1 " + status), host + ": " + answer);
    }

    @Test
    void host_absent_isAllowedForHttp10() throws IOException {
        assertTrue(raw("GET /api/x HTTP/1.0").startsWith("HTTP/1.1 200"));
    }

    @Test
    void origin_allowed_mayReadAnswersAndErrorsOfTheApi() {
        for (String path : List.of("/api/x", "/api/none", "/api/stream")) {
            TestServer.Reply reply = server.send(server.request(path).header("Origin", ORIGIN));

            assertEquals(ORIGIN, reply.header("Access-Control-Allow-Origin"), path);
            assertTrue(reply.header("Access-Control-Expose-Headers").contains("Retry-After"), path);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example", "https://dash.example.org.evil", "http://dash.example.org", "null",
        "https://DASH.example.org"})
    void origin_other_getsNoPermission(String origin) {
        TestServer.Reply reply = server.send(server.request("/api/x").header("Origin", origin));

        assertEquals(200, reply.status());
        assertEquals("", reply.header("Access-Control-Allow-Origin"));
        assertEquals("Accept-Encoding, Origin", reply.header("Vary"));
    }

    @Test
    void origin_allowed_mayNotReadOtherPaths() {
        assertEquals("", server.send(server.request("/page").header("Origin", ORIGIN))
                .header("Access-Control-Allow-Origin"));
    }

    @Test
    void preflight_allowedOrigin_namesMethodsAndHeaders() throws IOException {
        String answer = raw("OPTIONS /api/x HTTP/1.1\nHost: localhost\nOrigin: " + ORIGIN
                + "\nAccess-Control-Request-Method: POST\nAccess-Control-Request-Headers: authorization,content-type");

        assertTrue(answer.startsWith("HTTP/1.1 204 "), answer);
        assertTrue(answer.contains("Access-Control-Allow-Origin: " + ORIGIN), answer);
        assertTrue(answer.contains("Access-Control-Allow-Methods: GET, HEAD, POST"), answer);
        assertTrue(answer.contains("Authorization"), answer);
        assertEquals(List.of(new TestServer.Metered("OPTIONS", "preflight", 204, "")), server.metered());
    }

    @Test
    void preflight_otherOrigin_getsNoPermission() throws IOException {
        String answer = raw("OPTIONS /api/x HTTP/1.1\nHost: localhost\nOrigin: https://evil.example"
                + "\nAccess-Control-Request-Method: POST");

        assertFalse(answer.contains("Access-Control-Allow"), answer);
    }
}
