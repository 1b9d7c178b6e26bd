package com.fanfinity.analytics.app;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;

import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.event.Resources;
import com.fanfinity.analytics.http.Access;
import com.fanfinity.analytics.http.Routes;

/// Routes of every instance: `GET /metrics`, `GET /openapi.yaml`, and links at `GET /api`, also at `GET /` on instances
/// without pages.
final class ServiceRoutes implements Routes {

    private static final String EXPOSITION_FORMAT = "text/plain; version=0.0.4; charset=utf-8";

    private record ServiceAnswer(String service, Links links) {}

    private record Links(String matches, String api, String health, String metrics, String topology, String streams) {}

    private static final ServiceAnswer LINKS = new ServiceAnswer("fanfinity-analytics",
            new Links("/api/matches", "/openapi.yaml", "/health/ready", "/metrics", "/api/topology", "/api/streams"));

    private final MetricsPage metrics;
    private final boolean pages;
    private final byte[] openApi;

    /// @param pages whether other routes serve `/`
    ServiceRoutes(MetricsPage metrics, boolean pages) {
        this.metrics = metrics;
        this.pages = pages;
        this.openApi = Resources.bytes("/openapi.yaml");
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/metrics", ctx -> ctx.contentType(EXPOSITION_FORMAT).result(metrics.text()), Access.OPS);
        routes.get("/openapi.yaml", ctx -> ctx.contentType("application/yaml").result(openApi), Access.OPEN);
        routes.get("/api", ServiceRoutes::links, Access.OPEN);
        if (!pages) {
            routes.get("/", ServiceRoutes::links, Access.OPEN);
        }
    }

    private static void links(Context ctx) {
        ctx.contentType("application/json").result(Json.toBytes(LINKS));
    }
}
