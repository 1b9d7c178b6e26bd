package com.fanfinity.analytics.app;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.http.StreamingEndpoint;
import com.fanfinity.analytics.metrics.Check;

/// What one role consists of on this instance; {@link PartOff} stands in the place of a role that is off.
///
/// Making a part contacts nobody.
interface RoleComponent {

    /// Paths that are the role's own.
    default List<Routes> routes() {
        return List.of();
    }

    /// Paths that are the role's own and are answered past the routes.
    default List<StreamingEndpoint> directs() {
        return List.of();
    }

    /// To be called once, when the topics exist.
    default void start() throws InterruptedException {}

    /// Checks that say whether the process is stuck.
    default Map<String, Check> live() {
        return Map.of();
    }

    /// Checks that say whether the role can be served now.
    Map<String, Check> ready();

    /// Checks that say whether the role has come up.
    default Map<String, Check> startup() {
        return Map.of();
    }

    /// Ends answers that would stay open; called before the server is closed.
    default void endAnswers() {}

    /// Finishes what was begun, as far as the time allows.
    default void close(Duration limit) {}
}
