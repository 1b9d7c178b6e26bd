package com.fanfinity.analytics.http;

import io.javalin.security.RouteRole;

import com.fanfinity.analytics.event.WireName;

/// The access that a route requires. Every route is registered with one; the gate refuses a route without.
public enum Access implements RouteRole {
    /// Any client.
    OPEN,
    /// Reads of matches. Public unless `READ_ACCESS=key`.
    READ,
    /// Writes of events.
    INGEST,
    /// Metrics, health in detail, topology, streams and ledger.
    OPS,
    /// Dead letters and their replay.
    ADMIN,
    /// Other instances, on the internal port only.
    PEER;

    /// The name in key files and answers.
    public String wireName() {
        return WireName.of(this);
    }
}
