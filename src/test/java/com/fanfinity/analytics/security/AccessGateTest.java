package com.fanfinity.analytics.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.config.Security.AddressSource;
import com.fanfinity.analytics.config.Security.Rate;
import com.fanfinity.analytics.config.Security.Rates;
import com.fanfinity.analytics.config.Settings.Secret;
import com.fanfinity.analytics.http.Access;
import com.fanfinity.analytics.http.Gate;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.testing.TestServer;
import com.fanfinity.analytics.testing.TestServer.Reply;

class AccessGateTest {

    private static final String KEY = TestKeys.key("feed", 1);
    private static final String ENTRY = TestKeys.entry("feed", "ingest,read", "", TestKeys.secret(KEY));
    private static final Rate FREE = new Rate(1e6, 100_000_000);
    private static final String EVENTS = "/api/events";

    private final AtomicInteger handled = new AtomicInteger();
    private final List<TestServer> servers = new ArrayList<>();

    @AfterEach
    void stop() {
        servers.forEach(TestServer::close);
    }

    private final Routes routes = config -> {
        config.get("/open", ctx -> ctx.result("open"), Access.OPEN);
        config.get("/forgotten", ctx -> ctx.result("never"));
        config.get("/health/live", ctx -> ctx.result("up"), Access.OPEN);
        config.get("/api/matches", ctx -> ctx.result("list"), Access.READ);
        config.get("/metrics", ctx -> ctx.result("metrics"), Access.OPS);
        config.get("/api/dead-letters", ctx -> ctx.result("letters"), Access.ADMIN);
        config.post(EVENTS, ctx -> {
            handled.incrementAndGet();
            ctx.result(Caller.of(ctx).id());
        }, Access.INGEST);
    };

    private TestServer serve(Gate gate) {
        TestServer server = new TestServer(gate, List.of(), routes);
        servers.add(server);
        return server;
    }

    private static HttpRequest.Builder post(TestServer server, String key) {
        return server.request(EVENTS).header("X-API-Key", key).POST(BodyPublishers.ofString("{}"));
    }

    @Test
    void routeWithoutAnAccess_isRefusedWithEveryKey() {
        TestServer server = serve(TestKeys.gate(TestKeys.NO_RATES, ENTRY));

        assertEquals(403, server.get("/forgotten").status());
        assertEquals(403, server.send(server.request("/forgotten").header("X-API-Key", KEY)).status());
        assertEquals(404, server.get("/unknown").status());
    }

    /// The request id, the meter and the connection are those of any other answer.
    @Test
    void refusal_isAProblemThatIsMeasuredAndKeepsTheConnection() {
        TestServer server = serve(TestKeys.gate(TestKeys.NO_RATES, ENTRY));

        Reply reply = server.send(server.request(EVENTS).header("X-Request-Id", "mine")
                .POST(BodyPublishers.ofString("x".repeat(60_000))));

        assertEquals(401, reply.status());
        assertEquals("mine", reply.header("X-Request-Id"));
        assertEquals("mine", reply.json().path("requestId").asText());
        assertEquals("application/problem+json", reply.header("Content-Type"));
        assertEquals("", reply.header("Connection"));
        assertEquals(new TestServer.Metered("POST", EVENTS, 401, "unauthorized"), server.metered().getLast());
    }

    @Test
    void refusedLongBody_isNeitherReadNorParsedAndTheConnectionIsClosed() throws Exception {
        TestServer server = serve(TestKeys.gate(TestKeys.NO_RATES, ENTRY));

        String answer = server.raw("POST " + EVENTS + " HTTP/1.1\r\nHost: x\r\nContent-Length: 8000000\r\n\r\n");

        assertTrue(answer.startsWith("HTTP/1.1 401 "), answer);
        assertTrue(answer.contains("Connection: close"), answer);
        String chunked = server.raw("POST " + EVENTS + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
        assertTrue(chunked.startsWith("HTTP/1.1 401 "), chunked);
        assertEquals(0, handled.get());
    }

    @Test
    void authOff_admitsAllButAdminRoutesAndKeepsTheNameOfAKey() {
        SecurityService security = TestKeys.service(false, Optional.empty(), new Secret("an-old-admin-key"),
                Clock.systemUTC());
        TestServer server = serve(security.gate());

        assertEquals(200, server.get("/metrics").status());
        assertEquals(200, server.get("/api/matches").status());
        assertEquals(200, server.send(post(server, "no-key-at-all")).status());
        assertEquals(401, server.get("/api/dead-letters").status());
        assertEquals(200, server.send(server.request("/api/dead-letters").header("X-API-Key", "an-old-admin-key"))
                .status());
        assertEquals("admin", server.send(post(server, "an-old-admin-key")).body());
        security.close();
    }

    @Test
    void noAdminKeyAtAll_answersThatAdminRoutesAreOff() {
        TestServer server = serve(TestKeys.gate(TestKeys.NO_RATES, ENTRY));

        Reply reply = server.get("/api/dead-letters");

        assertEquals(403, reply.status());
        assertEquals("urn:fanfinity:problem:admin-off", reply.json().path("type").asText());
    }

    @Test
    void manyInvalidKeys_are429AndAValidKeyStillPasses() {
        TestServer server = serve(TestKeys.gate(TestKeys.NO_RATES, ENTRY));
        for (int i = 0; i < 10; i++) {
            assertEquals(401, server.send(post(server, TestKeys.key("feed", 100 + i))).status());
        }

        Reply limited = server.send(post(server, TestKeys.key("feed", 999)));

        assertEquals(429, limited.status());
        assertEquals("6", limited.header("Retry-After"));
        assertEquals(200, server.send(post(server, KEY)).status());
    }

    @Test
    void addressWithoutAKey_isLimitedAndHealthAndKeysAreNot() {
        TestServer server = serve(TestKeys.gate(new Rates(true, FREE, FREE, FREE, new Rate(0.001, 3)), ENTRY));
        for (int i = 0; i < 3; i++) {
            assertEquals(200, server.get("/open").status());
        }

        Reply limited = server.get("/unknown");

        assertEquals(429, limited.status());
        assertEquals("\"requests\";q=3;w=3000", limited.header("RateLimit-Policy"));
        assertEquals(200, server.get("/health/live").status());
        assertEquals(200, server.send(post(server, KEY)).status());
    }

    @Test
    void write_isChargedByItsAnnouncedBytesBeforeTheBody() throws Exception {
        TestServer server = serve(TestKeys.gate(new Rates(true, FREE, new Rate(0.001, 100), FREE, FREE), ENTRY));

        assertEquals(200, server.send(post(server, KEY)).status());
        Reply limited = server.send(server.request(EVENTS).header("X-API-Key", KEY)
                .POST(BodyPublishers.ofByteArray(new byte[99])));

        assertEquals(429, limited.status());
        assertEquals("\"bytes\";q=100;w=100000", limited.header("RateLimit-Policy"));
        assertEquals(1, handled.get());
    }

    @Test
    void reads_countByTheirWeight() {
        TestServer server = serve(TestKeys.gate(new Rates(true, FREE, FREE, new Rate(0.001, 25), FREE), ENTRY));

        assertEquals(List.of(200, 200, 429), Arrays.asList(server.get("/api/matches").status(),
                server.get("/api/matches").status(), server.get("/api/matches").status()));
    }

    @Test
    void readsNeedAKey_ifSetSo() throws Exception {
        ApiKeys keys = new ApiKeys(Clock.systemUTC(), new Secret(""));
        keys.replaceBy(KeyFile.parse(TestKeys.file(ENTRY), TestKeys.NO_RATES));
        var meters = new Meters(new SimpleMeterRegistry()).security();
        TestServer server = serve(new AccessGate(true, true, keys, Optional.empty(),
                new ClientAddresses(List.of(), AddressSource.FORWARDED),
                new RateLimits(TestKeys.NO_RATES, System::nanoTime, meters), new RefusalAudit(meters)));

        assertEquals(401, server.get("/api/matches").status());
        assertEquals(200, server.send(server.request("/api/matches").header("X-API-Key", KEY)).status());
        assertEquals(200, server.get("/open").status());
    }
}
