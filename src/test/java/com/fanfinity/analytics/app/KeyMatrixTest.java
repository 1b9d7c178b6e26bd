package com.fanfinity.analytics.app;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.javalin.http.HandlerType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fanfinity.analytics.http.Access;
import com.fanfinity.analytics.http.Route;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.security.TestKeys;
import com.fanfinity.analytics.security.TestTokens;
import com.fanfinity.analytics.testing.TestServer;
import com.fanfinity.analytics.testing.TestServer.Reply;

/// Every route of the service × every kind of key and token × both headers. The routes are those of the service with
/// stubs as handlers, so the gate alone decides.
class KeyMatrixTest {

    private static final String REACHED = "reached";
    private static final String ALL = "ingest read ops admin";
    private static final List<Access> SCOPES = List.of(Access.INGEST, Access.READ, Access.OPS, Access.ADMIN);

    @TempDir
    private Path stateDir = Path.of("");

    private List<Route> routes = List.of();
    private String[] entries = {};
    private TestServer server = new TestServer();

    @BeforeEach
    void start() throws Exception {
        routes = RouteAccessTest.routes("ingest,streams,live,sink", stateDir);
        List<String> all = new ArrayList<>(SCOPES.stream()
                .map(scope -> TestKeys.entry(name(scope), name(scope), "", TestKeys.secret(key(scope)))).toList());
        all.add(TestKeys.entry("ended", "ingest,read,ops,admin", "",
                TestKeys.secret(TestKeys.key("ended", 1), "2020-01-01T00:00:00Z")));
        all.add(TestKeys.entry("turned", "ingest,read,ops,admin", "",
                TestKeys.secret(TestKeys.key("turned", 1), "2999-01-01T00:00:00Z"),
                TestKeys.secret(TestKeys.key("turned", 2))));
        entries = all.toArray(String[]::new);
        restart();
    }

    private void restart() {
        server.close();
        server = new TestServer(TestTokens.gate(TestKeys.NO_RATES, entries), List.of(), stubs());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Routes stubs() {
        return config -> routes.stream().filter(KeyMatrixTest::isServed)
                .forEach(route -> config.addHttpHandler(HandlerType.findOrCreate(route.method()),
                        route.template(), ctx -> ctx.result(REACHED), route.access().orElseThrow()));
    }

    /// The internal port has the paths of reads too; here they are those of clients.
    private static boolean isServed(Route route) {
        return route.access().orElseThrow() != Access.PEER || route.template().startsWith("/internal");
    }

    private static String name(Access access) {
        return access.name().toLowerCase(Locale.ROOT);
    }

    private static String key(Access scope) {
        return TestKeys.key(name(scope), 7);
    }

    private HttpRequest.Builder request(Route route) {
        String path = route.template().replaceAll("\\{[^}]+}", "x").replaceAll("<[^>]+>", "x/y");
        return server.request(path).method(route.method(), route.method().equals("POST")
                ? BodyPublishers.ofString("{}")
                : BodyPublishers.noBody());
    }

    /// The answers to the key in each header, and in both.
    private Set<Integer> statuses(Route route, String key) {
        Set<Integer> statuses = new TreeSet<>();
        statuses.add(server.send(request(route).header("Authorization", "Bearer " + key)).status());
        statuses.add(server.send(request(route).header("X-API-Key", key)).status());
        statuses.add(server.send(request(route).header("x-api-key", key).header("authorization", "bearer " + key))
                .status());
        return statuses;
    }

    private List<Route> clientRoutes() {
        return routes.stream().filter(route -> route.access().orElseThrow() != Access.PEER).toList();
    }

    @Test
    void noKey_reachesOpenRoutesAndReadsOnly() {
        for (Route route : clientRoutes()) {
            Reply reply = server.send(request(route));

            boolean isPublic = Set.of(Access.OPEN, Access.READ).contains(route.access().orElseThrow());
            assertEquals(isPublic ? 200 : 401, reply.status(), route::toString);
            assertEquals(isPublic ? "" : "Bearer realm=\"fanfinity\"", reply.header("WWW-Authenticate"));
        }
    }

    @Test
    void keyOfOneScope_reachesItsRoutesOnly() {
        for (Route route : clientRoutes()) {
            Access needed = route.access().orElseThrow();
            for (Access scope : SCOPES) {
                int expected = needed == Access.OPEN || needed == scope ? 200 : 403;
                assertEquals(Set.of(expected), statuses(route, key(scope)), () -> scope + " on " + route);
            }
        }
    }

    @Test
    void tokenOfOneScope_reachesItsRoutesOnly() {
        Map<Access, String> tokens = SCOPES.stream()
                .collect(Collectors.toMap(Function.identity(), scope -> TestTokens.token(name(scope), Map.of())));
        for (Route route : clientRoutes()) {
            Access needed = route.access().orElseThrow();
            for (Access scope : SCOPES) {
                int expected = needed == Access.OPEN || needed == scope ? 200 : 403;
                assertEquals(Set.of(expected), statuses(route, requireNonNull(tokens.get(scope))),
                        () -> scope + " on " + route);
            }
        }
    }

    /// A new server for each route, because an address may fail ten times only.
    @Test
    void keysThatAreNotValid_getTheSameAnswer() {
        for (Route route : clientRoutes().stream().filter(it -> it.access().orElseThrow() != Access.OPEN).toList()) {
            restart();
            List<String> bad = List.of(TestKeys.key("nobody", 1), TestKeys.key("ended", 1), TestKeys.key("ingest", 8),
                    TestTokens.token(ALL, Map.of("exp", 1)), TestTokens.token(ALL, Map.of("aud", "others")),
                    TestTokens.token(ALL, Map.of()) + "A");
            Set<String> answers = new TreeSet<>();
            for (String key : bad) {
                Reply reply = server.send(request(route).header("X-API-Key", key));
                answers.add(reply.status() + " " + reply.json().path("detail").asText() + " "
                        + reply.header("WWW-Authenticate"));
            }
            assertEquals(1, answers.size(), answers::toString);
            assertTrue(answers.iterator().next().startsWith("401 "), answers::toString);
        }
    }

    @Test
    void bothSecretsOfARotation_reachEveryRoute() {
        for (Route route : clientRoutes()) {
            assertEquals(Set.of(200), statuses(route, TestKeys.key("turned", 1)), route::toString);
            assertEquals(Set.of(200), statuses(route, TestKeys.key("turned", 2)), route::toString);
        }
    }

    @Test
    void differentKeysInBothHeaders_are401EvenIfBothAreValid() {
        Route write = clientRoutes().stream().filter(it -> it.access().orElseThrow() == Access.INGEST).findFirst()
                .orElseThrow();

        assertEquals(401, server.send(request(write).header("X-API-Key", key(Access.INGEST))
                .header("Authorization", "Bearer " + TestKeys.key("turned", 2))).status());
        assertEquals(401, server.send(request(write).header("X-API-Key", key(Access.INGEST))
                .header("X-API-Key", TestKeys.key("turned", 2))).status());
    }

    @Test
    void keyInTheQuery_isNeverRead() {
        for (String parameter : List.of("api_key", "key", "access_token", "X-API-Key", "token")) {
            assertEquals(401, server.post("/api/events?" + parameter + "=" + key(Access.INGEST), "application/json",
                    "{}").status());
        }
    }

    @Test
    void peersRoutes_onTheClientsPort_doNotExist() {
        for (Route route : routes) {
            if (route.template().startsWith("/internal")) {
                assertEquals(404, server.send(request(route)).status(), route::toString);
                assertEquals(Set.of(404), statuses(route, TestKeys.key("turned", 2)), route::toString);
                assertEquals(Set.of(404), statuses(route, TestTokens.token(ALL, Map.of())), route::toString);
            }
        }
    }

    /// Other spellings of a path either mean the same route to the gate and to the routes, or no route at all.
    @Test
    void otherSpellingsOfAPath_neverPassTheGate() {
        for (String path : List.of("/api/events/", "/api/events//", "//api/events", "/api//events", "/api/%65vents",
                "/api/events;x=y", "/api/./events", "/api/x/../events", "/API/events", "/api/events%2f",
                "/api/events%00", "/api/dead-letters/", "/api/ledger/", "/metrics/", "/metrics;a", "/%6detrics",
                "/pipeline/", "/api/matches/../ledger", "/web/../metrics")) {
            for (String method : List.of("GET", "POST", "HEAD")) {
                Reply reply = server.send(server.request(path).method(method, BodyPublishers.noBody()));

                assertFalse(reply.status() == 200, () -> method + " " + path + " got " + reply.status());
            }
        }
    }

    @Test
    void methodOverride_doesNotPassTheGate() {
        Reply reply = server.send(server.request("/api/matches").header("X-HTTP-Method-Override", "POST"));

        assertEquals(200, reply.status());
        assertEquals(401, server.send(server.request("/api/events").header("X-HTTP-Method-Override", "GET")
                .POST(BodyPublishers.noBody())).status());
    }
}
