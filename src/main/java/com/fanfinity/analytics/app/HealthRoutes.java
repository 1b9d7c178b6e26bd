package com.fanfinity.analytics.app;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;

import com.fanfinity.analytics.app.CheckResult.Status;
import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.event.WireName;
import com.fanfinity.analytics.http.Access;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.security.Caller;

/// `GET /health/live`, `/health/ready`, `/health/startup`: 200 if no check is down, else 503.
///
/// Live: the process is not stuck. Ready: its roles can serve. Startup: topics exist, migrations are applied, and the
/// streams have run once. ClickHouse being down is only `degraded`, because ingest and live reads do not need it. The
/// check of a role that is off is `off` and counts as up.
///
/// A caller without the scope `ops` gets the status alone: the checks describe the deployment.
final class HealthRoutes implements Routes {

    private record HealthAnswer(String status, SortedMap<String, CheckAnswer> checks) {}

    private record StatusAnswer(String status) {}

    private record CheckAnswer(String status, String detail) {}

    private final Supplier<Map<String, CheckResult>> live;
    private final Supplier<Map<String, CheckResult>> ready;
    private final Supplier<Map<String, CheckResult>> startup;

    HealthRoutes(Supplier<Map<String, CheckResult>> live, Supplier<Map<String, CheckResult>> ready,
            Supplier<Map<String, CheckResult>> startup) {
        this.live = live;
        this.ready = ready;
        this.startup = startup;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/health/live", ctx -> answer(ctx, live.get()), Access.OPEN);
        routes.get("/healthz", ctx -> answer(ctx, live.get()), Access.OPEN);
        routes.get("/health/ready", ctx -> answer(ctx, ready.get()), Access.OPEN);
        routes.get("/readyz", ctx -> answer(ctx, ready.get()), Access.OPEN);
        routes.get("/health/startup", ctx -> answer(ctx, startup.get()), Access.OPEN);
    }

    private static void answer(Context ctx, Map<String, CheckResult> results) {
        Status worst = Stream.concat(Stream.of(Status.UP), results.values().stream().map(CheckResult::status))
                .max(Status::compareTo)
                .orElseThrow();
        SortedMap<String, CheckAnswer> checks = new TreeMap<>();
        results.forEach(
                (name, result) -> checks.put(name, new CheckAnswer(WireName.of(result.status()), result.detail())));
        ctx.status(worst == Status.DOWN ? 503 : 200).contentType("application/json").header("Cache-Control", "no-store")
                .result(Json.toBytes(Caller.of(ctx).may(Access.OPS)
                        ? new HealthAnswer(WireName.of(worst), checks)
                        : new StatusAnswer(WireName.of(worst))));
    }
}
