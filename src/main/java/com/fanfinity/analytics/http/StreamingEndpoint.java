package com.fanfinity.analytics.http;

import java.util.Optional;
import java.util.Set;

/// Serves paths outside the routes, on the selector thread. It is for tens of thousands of open responses, which must
/// need neither a thread nor a buffer each.
public interface StreamingEndpoint {

    /// The templates of all its paths.
    Set<String> templates();

    /// The access that its paths require.
    Access access();

    /// @param path the raw path, without the query
    /// @return the path's template; empty if this endpoint does not serve the path
    Optional<String> routeTemplate(String path);

    /// Answers the request, now or later. Must not block.
    void handle(StreamingExchange exchange);
}
