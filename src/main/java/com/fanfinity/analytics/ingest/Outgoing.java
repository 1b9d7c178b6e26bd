package com.fanfinity.analytics.ingest;

import com.fanfinity.analytics.event.Decoded;
import com.fanfinity.analytics.event.EventCodec;
import com.fanfinity.analytics.event.MatchEvent;

/// A valid event on its way to Kafka.
///
/// @param json the event as received, or with the `eventId` that it was given
public record Outgoing(MatchEvent event, byte[] json) {

    /// @param json the bytes that turned out to be the event
    public static Outgoing of(Decoded.Valid valid, byte[] json) {
        return new Outgoing(valid.event(), valid.idGiven() ? json : EventCodec.withEventId(json, valid.event()));
    }
}
