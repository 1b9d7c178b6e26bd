package com.fanfinity.analytics.pipeline;

import org.apache.kafka.streams.errors.ProcessorStateException;

/// The state of one match in the store `match-stats`.
public sealed interface MatchState permits MatchStats, Archived {

    /// Accepted events, each counted once.
    long totalEvents();

    /// @throws ProcessorStateException if it was not written by code of this version
    static MatchState ofBytes(byte[] bytes) {
        return bytes.length > 0 && bytes[0] == Archived.VERSION ? Archived.ofBytes(bytes) : MatchStats.ofBytes(bytes);
    }
}
