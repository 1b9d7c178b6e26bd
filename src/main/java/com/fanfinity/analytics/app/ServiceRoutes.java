package com.fanfinity.analytics.app;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.event.Resources;
import com.fanfinity.analytics.http.Routes;

/// What every instance serves about itself: `GET /metrics`, `GET /openapi.yaml`, and at `GET /api` where to go from there; also at `GET /`
/// where there are no pages.
public final class ServiceRoutes implements Routes {

    private static final String EXPOSITION_FORMAT = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry;
    private final Runnable sample;
    private final boolean pages;
    private final byte[] openApi;

    /// @param sample takes what is only looked at when it is asked for; called before each scrape
    /// @param pages whether others answer at `/`
    public ServiceRoutes(PrometheusMeterRegistry registry, Runnable sample, boolean pages) {
        this.registry = registry;
        this.sample = sample;
        this.pages = pages;
        this.openApi = Resources.bytes("/openapi.yaml");
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/metrics", ctx -> {
            sample.run();
            ctx.contentType(EXPOSITION_FORMAT).result(registry.scrape());
        });
        routes.get("/openapi.yaml", ctx -> ctx.contentType("application/yaml").result(openApi));
        routes.get("/api", ServiceRoutes::links);
        if (!pages) {
            routes.get("/", ServiceRoutes::links);
        }
    }

    private static void links(Context ctx) {
        ctx.contentType("application/json").result(Json.object(json -> {
            json.writeStringField("service", "fanfinity-analytics");
            json.writeObjectFieldStart("links");
            json.writeStringField("matches", "/api/matches");
            json.writeStringField("api", "/openapi.yaml");
            json.writeStringField("health", "/health/ready");
            json.writeStringField("metrics", "/metrics");
            json.writeStringField("topology", "/api/topology");
            json.writeStringField("streams", "/api/streams");
            json.writeEndObject();
        }));
    }
}
