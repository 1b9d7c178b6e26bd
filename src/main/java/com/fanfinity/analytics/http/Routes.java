package com.fanfinity.analytics.http;

import java.util.Optional;

import io.javalin.config.RoutesConfig;

/// Some paths and what answers them.
public interface Routes {
    void addTo(RoutesConfig routes);

    /// Asked before anything of a request's body is read and before routing, when all that is known is where it goes; must not block.
    ///
    /// @param path one of these routes', without parameters in it; others are to be left alone
    /// @param waiting requests that were let through and have not begun
    /// @return why the request is not taken now; empty if it is
    default Optional<Problem> refusal(String method, String path, int waiting) {
        return Optional.empty();
    }
}
