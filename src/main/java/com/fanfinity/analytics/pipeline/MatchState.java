package com.fanfinity.analytics.pipeline;

import org.apache.kafka.streams.errors.ProcessorStateException;

/// What the store of matches holds of one.
public sealed interface MatchState permits MatchStats, Archived {

    /// Accepted events, each once.
    long totalEvents();

    /// @throws ProcessorStateException if it was not written by code of this version
    static MatchState ofBytes(byte[] bytes) {
        return bytes.length > 0 && bytes[0] == Archived.VERSION ? Archived.ofBytes(bytes) : MatchStats.ofBytes(bytes);
    }
}
