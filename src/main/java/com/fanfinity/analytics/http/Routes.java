package com.fanfinity.analytics.http;

import java.util.Optional;

import io.javalin.config.RoutesConfig;

/// A group of routes.
public interface Routes {
    void addTo(RoutesConfig routes);

    /// Rejects and counts a request that these routes cannot serve now. It runs before routing and before the body is
    /// read, and must not block.
    ///
    /// @param path any path; a group decides only on its own paths without parameters
    /// @param queued how many admitted requests have not started yet
    /// @return the problem to answer with; empty to admit the request
    default Optional<Problem> shedIfOverloaded(String method, String path, int queued) {
        return Optional.empty();
    }
}
