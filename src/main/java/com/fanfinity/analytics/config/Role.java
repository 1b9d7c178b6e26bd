package com.fanfinity.analytics.config;

import com.fanfinity.analytics.event.WireName;

/// A role of an instance. Each role can be scaled on its own, and several instances may have the same role.
public enum Role {
    /// Accepts events from clients and writes them to Kafka.
    INGEST,
    /// Runs the topology, and answers reads from its state.
    STREAMS,
    /// Serves the pages, and the stream of their updates.
    LIVE,
    /// Stores the output of the topology in ClickHouse, and migrates the schema.
    SINK;

    public String wireName() {
        return WireName.of(this);
    }
}
