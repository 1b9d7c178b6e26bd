package com.fanfinity.analytics.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.config.SettingsLoader;
import com.fanfinity.analytics.http.Access;
import com.fanfinity.analytics.http.Route;

/// Every route of every role has an access, and no write, operators' or admin route is public.
class RouteAccessTest {

    @TempDir
    private Path stateDir = Path.of("");

    /// The routes of an instance that never starts, and so never connects.
    static List<Route> routes(String roles, Path stateDir) throws Exception {
        Map<String, String> environment = Map.of("ROLES", roles, "KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1",
                "CLICKHOUSE_URL", "http://127.0.0.1:1", "HTTP_PORT", "0", "INTERNAL_SECRET", "a-secret-of-16-or-more",
                "STATE_DIR", stateDir.toString());
        try (App app = new App(SettingsLoader.load(environment), Clock.systemUTC(), () -> {})) {
            return Stream.concat(app.routes().routes().stream(), app.internalRoutes().stream()
                    .flatMap(table -> table.routes().stream())).toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ingest,streams,live,sink", "ingest", "streams", "live", "sink", "ingest,live"})
    void everyRoute_ofEveryRole_hasAnAccess(String roles) throws Exception {
        List<Route> routes = routes(roles, stateDir);

        assertEquals(List.of(), routes.stream().filter(route -> route.access().isEmpty()).toList());
        assertFalse(routes.isEmpty());
    }

    @Test
    void openRoutes_areThese() throws Exception {
        assertEquals(new TreeSet<>(Set.of("/", "/api", "/health/live", "/health/ready", "/health/startup", "/healthz",
                "/matches/{matchId}", "/openapi.yaml", "/readyz", "/web/<file>")), withAccess(Access.OPEN));
    }

    @Test
    void routesOfOperatorsAndAdmins_areThese() throws Exception {
        assertEquals(new TreeSet<>(Set.of("/api/ledger", "/api/streams", "/api/topology", "/metrics", "/pipeline")),
                withAccess(Access.OPS));
        assertEquals(new TreeSet<>(Set.of("/api/dead-letters", "/api/dead-letters/{id}", "/api/dead-letters/replay")),
                withAccess(Access.ADMIN));
        assertEquals(new TreeSet<>(Set.of("/api/events", "/api/events/batch")), withAccess(Access.INGEST));
    }

    @Test
    void everyMethodOtherThanGet_needsAKey() throws Exception {
        assertEquals(List.of(), routes("ingest,streams,live,sink", stateDir).stream()
                .filter(route -> !route.method().equals("GET"))
                .filter(route -> !Set.of(Access.INGEST, Access.ADMIN).contains(route.access().orElseThrow())).toList());
    }

    private Set<String> withAccess(Access access) throws Exception {
        return routes("ingest,streams,live,sink", stateDir).stream()
                .filter(route -> route.access().filter(access::equals).isPresent()).map(Route::template)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
