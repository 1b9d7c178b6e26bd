package com.fanfinity.analytics.http;

import java.util.function.Supplier;

/// Records connections.
public interface ConnectionMeter {

    /// Why the server closed a connection.
    enum Closed {
        /// The headers of a request took too long.
        HEADERS,
        /// The server had few connections left, and this one had no request.
        CROWDED,
        /// The address had too many connections.
        ADDRESS
    }

    /// Records nothing.
    ConnectionMeter NONE = new ConnectionMeter() {
        @Override
        public void closed(Closed reason) {}

        @Override
        public void open(Supplier<Number> connections) {}
    };

    void closed(Closed reason);

    /// @param connections counts the open ones
    void open(Supplier<Number> connections);
}
