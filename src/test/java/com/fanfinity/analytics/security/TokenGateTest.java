package com.fanfinity.analytics.security;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.config.Security.Rate;
import com.fanfinity.analytics.config.Security.Rates;
import com.fanfinity.analytics.http.Access;
import com.fanfinity.analytics.http.Gate;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.testing.TestServer;
import com.fanfinity.analytics.testing.TestServer.Reply;

/// Tokens at the gate.
class TokenGateTest {

    private static final String KEY = TestKeys.key("feed", 1);
    private static final String ENTRY = TestKeys.entry("feed", "ingest,read", "", TestKeys.secret(KEY));
    private static final Rate FREE = new Rate(1e6, 100_000_000);
    private static final String EVENTS = "/api/events";
    private static final String TOKEN = TestTokens.token("ingest", Map.of());

    private final List<TestServer> servers = new ArrayList<>();

    private final Routes routes = config -> {
        config.get("/open", ctx -> ctx.result("open"), Access.OPEN);
        config.get("/health/live", ctx -> ctx.result("up"), Access.OPEN);
        config.get("/api/matches", ctx -> ctx.result("list"), Access.READ);
        config.get("/api/dead-letters", ctx -> ctx.result("letters"), Access.ADMIN);
        config.post(EVENTS, ctx -> {
            ctx.bodyAsBytes(); // the server closes the connection after a request whose body nobody reads
            ctx.result(Caller.of(ctx).id());
        }, Access.INGEST);
    };

    @AfterEach
    void stop() {
        servers.forEach(TestServer::close);
    }

    private TestServer serve(Gate gate) {
        TestServer server = new TestServer(gate, List.of(), routes);
        servers.add(server);
        return server;
    }

    private TestServer serve() {
        return serve(TestTokens.gate(TestKeys.NO_RATES, ENTRY));
    }

    private static HttpRequest.Builder post(TestServer server, String token) {
        return server.request(EVENTS).header("Authorization", "Bearer " + token).POST(BodyPublishers.ofString("{}"));
    }

    private static String expired(int number) {
        return TestTokens.token("ingest", Map.of("exp", Instant.now().minusSeconds(60 + number).getEpochSecond()));
    }

    @Test
    void token_namesTheCallerInBothHeaders() {
        TestServer server = serve();

        assertEquals("jwt:svc-1", server.send(post(server, TOKEN)).body());
        assertEquals("jwt:svc-1", server.send(server.request(EVENTS).header("X-API-Key", TOKEN)
                .POST(BodyPublishers.noBody())).body());
        assertEquals("feed", server.send(post(server, KEY)).body());
        assertEquals(401, server.send(post(server, TOKEN).header("X-API-Key", KEY)).status());
    }

    @Test
    void tokenWithTheScopeAdmin_opensAdminRoutesWithoutAnyAdminKey() {
        TestServer server = serve();

        assertEquals(200, server.send(server.request("/api/dead-letters").header("Authorization",
                "Bearer " + TestTokens.token("admin", Map.of()))).status());
        assertEquals(403, server.send(server.request("/api/dead-letters").header("Authorization", "Bearer " + TOKEN))
                .status());
        assertEquals(401, server.get("/api/dead-letters").status());
    }

    @Test
    void tokenWithoutAScopeOfThisService_is403() {
        TestServer server = serve();

        assertEquals(403, server.send(post(server, TestTokens.token("openid profile", Map.of()))).status());
    }

    @Test
    void tokensWhileTokensAreOff_areKeysThatAreNotValid() {
        TestServer server = serve(TestKeys.gate(TestKeys.NO_RATES, ENTRY));

        assertEquals(401, server.send(post(server, TOKEN)).status());
    }

    @Test
    void refusals_ofKeysAndTokens_haveTheSameAnswer() {
        TestServer server = serve();
        Set<String> answers = new TreeSet<>();
        for (String bad : List.of(expired(1), TOKEN.substring(0, TOKEN.length() - 20) + "A".repeat(20),
                TestTokens.token("ingest", Map.of("aud", "other")), "ey", "eyJhbGciOiJub25lIn0.e30.AA",
                "x".repeat(7_000), "ey" + "x".repeat(7_000), TestKeys.key("feed", 2))) {
            Reply reply = server.send(post(server, bad));
            answers.add(reply.status() + reply.header("WWW-Authenticate") + reply.json().path("detail").asText()
                    + reply.json().path("title").asText());
        }

        assertEquals(1, answers.size(), answers::toString);
        assertEquals("401", answers.iterator().next().substring(0, 3));
    }

    @Test
    void manyInvalidTokens_are429AndAValidTokenStillPasses() {
        TestServer server = serve();
        for (int i = 0; i < 10; i++) {
            assertEquals(401, server.send(post(server, i % 2 == 0 ? expired(i) : TestKeys.key("feed", 9))).status());
        }

        assertEquals(429, server.send(post(server, expired(99))).status());
        assertEquals(200, server.send(post(server, TOKEN)).status());
    }

    /// A flood of tokens costs as many signatures as the address's rate; a token that has been verified passes.
    @Test
    void tokensBeyondTheRateOfTheAddress_areNotVerified() {
        TestServer server = serve(TestTokens.gate(new Rates(true, FREE, FREE, FREE, new Rate(0.001, 3)), ENTRY));
        assertEquals(200, server.send(post(server, TOKEN)).status());
        assertEquals(401, server.send(post(server, expired(1))).status());
        assertEquals(401, server.send(post(server, expired(2))).status());

        Reply limited = server.send(post(server, TestTokens.token("ingest", Map.of("sub", "fresh"))));

        assertEquals(429, limited.status());
        assertEquals("\"requests\";q=3;w=3000", limited.header("RateLimit-Policy"));
        for (int i = 0; i < 5; i++) {
            assertEquals(200, server.send(post(server, TOKEN)).status());
            assertEquals(200, server.send(post(server, KEY)).status());
        }
        assertEquals(200, server.send(server.request("/health/live").header("Authorization", "Bearer " + expired(3)))
                .status());
    }

    @Test
    void invalidToken_onAnOpenRoute_isARequestWithoutAKey() {
        TestServer server = serve();

        assertEquals(200, server.send(server.request("/open").header("Authorization", "Bearer " + expired(1)))
                .status());
        assertEquals(401, server.send(server.request("/api/matches").header("Authorization", "Bearer " + expired(1)))
                .status());
    }

    /// All tokens of a subject share one rate.
    @Test
    void rates_areThoseOfTheSubject() {
        TestServer server = serve(TestTokens.gate(new Rates(true, new Rate(0.001, 2), FREE, FREE, FREE), ENTRY));
        String again = TestTokens.token("ingest", Map.of("jti", "2"));
        String other = TestTokens.token("ingest", Map.of("sub", "svc-2"));

        assertEquals(List.of(200, 200, 429, 200), List.of(server.send(post(server, TOKEN)).status(),
                server.send(post(server, again)).status(), server.send(post(server, TOKEN)).status(),
                server.send(post(server, other)).status()));
    }
}
