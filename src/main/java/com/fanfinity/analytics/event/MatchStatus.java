package com.fanfinity.analytics.event;

import com.fasterxml.jackson.annotation.JsonValue;

/// The progress of a match.
public enum MatchStatus {
    /// Only `match_start` events have arrived.
    SCHEDULED,
    /// Other events have arrived, and no `match_end` stands.
    LIVE,
    /// A `match_end` has arrived and was not retracted.
    ENDED;

    private final String wireName = WireName.of(this);

    @JsonValue
    public String wireName() {
        return wireName;
    }
}
