package com.fanfinity.analytics.simulator;

import static java.util.Objects.requireNonNull;

/// An event as it is sent. Its JSON and `eventId` are the same in every retry, so that the service counts it once.
///
/// @param matchId the queue of the event; empty if the event has none (the service rejects it)
/// @param tag the origin of the event: the line of a file (from 1) or the sequence in a script
/// @param json one JSON object without line breaks
record WireEvent(String matchId, long tag, String json) {
    WireEvent {
        requireNonNull(matchId, "matchId is null");
        requireNonNull(json, "json is null");
    }
}
