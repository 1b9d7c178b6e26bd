package com.fanfinity.analytics.app;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.http.StreamingEndpoint;

/// One role of this instance. {@link DisabledRole} stands in for a role that is off.
///
/// Constructors open no connections.
interface RoleComponent {

    /// The routes of the listener for clients.
    default List<Routes> routes() {
        return List.of();
    }

    /// The routes of the operators' listener.
    default List<Routes> opsRoutes() {
        return List.of();
    }

    /// Endpoints that bypass the routes.
    default List<StreamingEndpoint> streamingEndpoints() {
        return List.of();
    }

    /// Called once, when the topics exist.
    default void start() throws InterruptedException {}

    /// Checks whether the process is stuck.
    default Map<String, CheckResult> live() {
        return Map.of();
    }

    /// Checks whether the role can serve now.
    Map<String, CheckResult> ready();

    /// Checks whether the role has started once.
    default Map<String, CheckResult> startup() {
        return Map.of();
    }

    /// Ends open responses. Called before the server is closed.
    default void endStreams() {}

    /// Finishes the work in progress, within the limit.
    default void close(Duration limit) {}
}
