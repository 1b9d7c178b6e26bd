package com.fanfinity.analytics.http;

import io.javalin.config.RoutesConfig;

/// Some paths and what answers them.
public interface Routes {
    void addTo(RoutesConfig routes);
}
