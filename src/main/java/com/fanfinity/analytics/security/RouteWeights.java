package com.fanfinity.analytics.security;

import java.util.Map;
import java.util.Set;

/// How many reads a route counts as, and the routes that no rate limits.
final class RouteWeights {

    static final String BATCH = "/api/events/batch";

    /// Every other read counts as one.
    static final Map<String, Integer> WEIGHTS = Map.of(
            "/api/matches", 10,
            "/api/matches/{matchId}/timeline", 5,
            "/api/matches/{matchId}/events/{eventId}", 5,
            "/api/matches/{matchId}/events", 2,
            "/api/matches/{matchId}/moments", 2);

    /// Probes must be answered, whatever else arrives from their address.
    static final Set<String> HEALTH = Set.of("/health/live", "/healthz", "/health/ready", "/readyz",
            "/health/startup");

    private RouteWeights() {}

    static int of(String template) {
        return WEIGHTS.getOrDefault(template, 1);
    }

    static boolean isExempt(String template) {
        return HEALTH.contains(template);
    }

    static boolean isBatch(String template) {
        return template.equals(BATCH);
    }
}
