package com.fanfinity.analytics.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fanfinity.analytics.event.Resources;
import com.fanfinity.analytics.http.Access;
import com.fanfinity.analytics.http.Route;

/// `openapi.yaml` states for every operation the access that its route requires, and the answers of the gate.
class OpenApiAccessTest {

    private static final Set<String> PROBES = Set.of("/health/live", "/health/ready", "/health/startup");

    @TempDir
    private Path stateDir = Path.of("");

    private record Stated(Set<String> security, Set<String> gateAnswers) {}

    @Test
    void operations_stateTheAccessOfTheirRoutes() throws Exception {
        Map<String, Stated> expected = new TreeMap<>();
        Map<String, Stated> stated = new TreeMap<>();
        Map<String, Access> accesses = accesses();
        document().getPaths().forEach((path, item) -> item.readOperationsMap().forEach((method, operation) -> {
            String name = method + " " + path;
            stated.put(name, stated(operation));
            Access access = accesses.get(name);
            expected.put(name, access == null ? new Stated(Set.of("no such route"), Set.of()) : of(access, path));
        }));

        assertEquals(expected, stated);
    }

    private Map<String, Access> accesses() throws Exception {
        Map<String, Access> accesses = new TreeMap<>();
        for (Route route : RouteAccessTest.routes("ingest,streams,live,sink", stateDir)) {
            accesses.putIfAbsent(route.method() + " " + route.template(), route.access().orElseThrow());
        }
        return accesses;
    }

    private static OpenAPI document() {
        ParseOptions options = new ParseOptions();
        options.setResolve(true);
        return new OpenAPIV3Parser().readContents(Resources.text("/openapi.yaml"), null, options).getOpenAPI();
    }

    private static Stated of(Access access, String path) {
        String scope = access.wireName();
        return switch (access) {
            case OPEN -> new Stated(Set.of(), PROBES.contains(path) ? Set.of() : Set.of("429"));
            case READ -> new Stated(new TreeSet<>(Set.of("{}", "{bearer=[read]}", "{apiKey=[read]}")),
                    new TreeSet<>(Set.of("401", "403", "429")));
            case INGEST, OPS, ADMIN -> new Stated(
                    new TreeSet<>(Set.of("{bearer=[" + scope + "]}", "{apiKey=[" + scope + "]}")),
                    new TreeSet<>(Set.of("401", "403", "429")));
            case PEER -> new Stated(Set.of("not for clients"), Set.of());
        };
    }

    private static Stated stated(Operation operation) {
        Set<String> security = new TreeSet<>();
        List<SecurityRequirement> requirements = operation.getSecurity();
        (requirements == null ? List.<SecurityRequirement>of() : requirements)
                .forEach(requirement -> security.add(new TreeMap<>(requirement).toString()));
        Set<String> answers = new TreeSet<>(operation.getResponses().keySet());
        answers.retainAll(Set.of("401", "403", "429"));
        return new Stated(security, answers);
    }
}
