package com.fanfinity.analytics.http;

import java.util.Optional;

/// Paths that are answered past the routes, on the thread that reads the sockets: for answers that stay open, by the ten thousand, and must
/// cost no thread and no buffer each.
public interface StreamingEndpoint {

    /// @param path as the client wrote it, without the query
    /// @return the path's template if it is one of these; empty leaves it to the routes
    Optional<String> endpoint(String path);

    /// Answers, now or later. Must not block.
    void answer(StreamingExchange exchange);
}
