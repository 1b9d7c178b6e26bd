package com.fanfinity.analytics.simulator;

import static java.util.Objects.requireNonNull;

/// One event as it goes over the wire. Its JSON is made once and is the same through every retry, its `eventId` too:
/// that is what makes sending it again safe.
///
/// @param matchId the lane in which order is kept; empty if the event names none (the service will refuse it)
/// @param tag where the event comes from: the line of a file (from 1) or the sequence in a script
/// @param json one JSON object without line breaks
record WireEvent(String matchId, long tag, String json) {
    WireEvent {
        requireNonNull(matchId, "matchId is null");
        requireNonNull(json, "json is null");
    }
}
