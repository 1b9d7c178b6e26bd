package com.fanfinity.analytics.app;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.javalin.config.RoutesConfig;

import com.fanfinity.analytics.config.Role;
import com.fanfinity.analytics.http.Access;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.http.Routes;

/// Stands in for a role that is off. It starts nothing; its health checks are `off` and its paths return a problem.
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
    public List<Routes> opsRoutes() {
        return role == Role.STREAMS ? List.of(this) : List.of();
    }

    @Override
    public void addTo(RoutesConfig routes) {
        switch (role) {
            case INGEST -> List.of("/api/events", "/api/events/batch").forEach(path -> routes.post(path, _ -> {
                throw new ProblemException(
                        Problem.roleOff("This instance does not accept events: its role ingest is off."));
            }, Access.INGEST));
            case STREAMS -> {
                routes.get("/api/ledger", _ -> {
                    throw new ProblemException(
                            Problem.unavailable("This instance has no state: its role streams is off.", RETRY_AFTER));
                }, Access.OPS);
            }
            case LIVE -> List.of("/api/stream", "/api/matches/{matchId}/stream").forEach(path -> routes.get(path, _ -> {
                throw new ProblemException(Problem.roleOff("This instance has no live streams: its role live is off."));
            }, Access.READ));
            case SINK -> {
                // The sink has no paths.
            }
        }
    }

    @Override
    public Map<String, CheckResult> live() {
        return switch (role) {
            case STREAMS -> off("streams");
            case INGEST, LIVE, SINK -> Map.of();
        };
    }

    @Override
    public Map<String, CheckResult> ready() {
        return switch (role) {
            case INGEST -> off("producer");
            case STREAMS -> off("stores");
            case LIVE -> off("live");
            case SINK -> off("sink");
        };
    }

    @Override
    public Map<String, CheckResult> startup() {
        return switch (role) {
            case STREAMS -> off("streams");
            case SINK -> off("migrations");
            case INGEST, LIVE -> Map.of();
        };
    }

    private Map<String, CheckResult> off(String check) {
        return Map.of(check, CheckResult.off("role " + role.wireName() + " is off"));
    }
}
