package com.fanfinity.analytics.config;


import com.fanfinity.analytics.event.WireName;

/// What an instance can do; each can be scaled by itself. Several instances may have the same.
public enum Role {
    /// Takes events from clients and writes them to Kafka.
    INGEST,
    /// Runs the topology, and with it holds the state that reads are answered from.
    STREAMS,
    /// Pages, and the stream of updates to them.
    LIVE,
    /// Stores in ClickHouse what the topology puts out, and keeps its schema.
    SINK;

    public String wireName() {
        return WireName.of(this);
    }
}
