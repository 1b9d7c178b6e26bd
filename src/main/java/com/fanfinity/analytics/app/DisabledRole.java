package com.fanfinity.analytics.app;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.javalin.config.RoutesConfig;

import com.fanfinity.analytics.config.Role;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.metrics.Check;

/// Stands in the place of a role that is off: starts nothing, says so in health and at the role's own paths.
final class DisabledRole implements RoleComponent, Routes {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Role role;

    DisabledRole(Role role) {
        this.role = role;
    }

    @Override
    public List<Routes> routes() {
        return List.of(this);
    }

    @Override
    public void addTo(RoutesConfig routes) {
        switch (role) {
            case INGEST -> List.of("/api/events", "/api/events/batch").forEach(path -> routes.post(path, _ -> {
                throw new ProblemException(Problem.roleOff("This instance does not take events (role ingest is off)."));
            }));
            case STREAMS -> {
                routes.get("/api/ledger", _ -> {
                    throw new ProblemException(Problem.unavailable("This instance has no state (role streams is off).", RETRY_AFTER));
                });
            }
            case LIVE -> List.of("/api/stream", "/api/matches/{matchId}/stream").forEach(path -> routes.get(path, _ -> {
                throw new ProblemException(Problem.roleOff("This instance has no viewers (role live is off)."));
            }));
            case SINK -> {
                // no paths
            }
        }
    }

    @Override
    public Map<String, Check> live() {
        return switch (role) {
            case STREAMS -> off("streams");
            case INGEST, LIVE, SINK -> Map.of();
        };
    }

    @Override
    public Map<String, Check> ready() {
        return switch (role) {
            case INGEST -> off("producer");
            case STREAMS -> off("stores");
            case LIVE -> off("live");
            case SINK -> off("sink");
        };
    }

    @Override
    public Map<String, Check> startup() {
        return switch (role) {
            case STREAMS -> off("streams");
            case SINK -> off("migrations");
            case INGEST, LIVE -> Map.of();
        };
    }

    private Map<String, Check> off(String check) {
        return Map.of(check, Check.off("role " + role.wireName() + " is off"));
    }
}
