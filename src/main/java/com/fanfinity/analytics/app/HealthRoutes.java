package com.fanfinity.analytics.app;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;

import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.event.WireName;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.metrics.Check;
import com.fanfinity.analytics.metrics.Check.Status;

/// `GET /health/live`, `/health/ready`, `/health/startup`: 200 if no check is down, else 503.
///
/// Live: the process is not stuck. Ready: its roles can serve; ClickHouse is only a degraded note, because ingest and live reads
/// do without. Startup: topics exist, migrations are applied, streams have run once. Checks of a role that is off are `off` and count
/// as up.
public final class HealthRoutes implements Routes {

    private final Supplier<Map<String, Check>> live;
    private final Supplier<Map<String, Check>> ready;
    private final Supplier<Map<String, Check>> startup;

    public HealthRoutes(Supplier<Map<String, Check>> live, Supplier<Map<String, Check>> ready, Supplier<Map<String, Check>> startup) {
        this.live = live;
        this.ready = ready;
        this.startup = startup;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/health/live", ctx -> answer(ctx, live));
        routes.get("/healthz", ctx -> answer(ctx, live));
        routes.get("/health/ready", ctx -> answer(ctx, ready));
        routes.get("/readyz", ctx -> answer(ctx, ready));
        routes.get("/health/startup", ctx -> answer(ctx, startup));
    }

    private static void answer(Context ctx, Supplier<Map<String, Check>> checks) {
        Map<String, Check> found = new TreeMap<>(checks.get());
        Status worst = Stream.concat(Stream.of(Status.UP), found.values().stream().map(Check::status)).max(Status::compareTo)
                .orElseThrow();
        ctx.status(worst == Status.DOWN ? 503 : 200).contentType("application/json").header("Cache-Control", "no-store")
                .result(Json.object(json -> {
                    json.writeStringField("status", WireName.of(worst));
                    json.writeObjectFieldStart("checks");
                    for (var entry : found.entrySet()) {
                        json.writeObjectFieldStart(entry.getKey());
                        json.writeStringField("status", WireName.of(entry.getValue().status()));
                        json.writeStringField("detail", entry.getValue().detail());
                        json.writeEndObject();
                    }
                    json.writeEndObject();
                }));
    }
}
