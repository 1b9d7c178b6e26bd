package com.fanfinity.analytics.ingest;

import java.util.Optional;

import com.fanfinity.analytics.event.Decoded;
import com.fanfinity.analytics.event.EventCodec;
import com.fanfinity.analytics.event.MatchEvent;

/// A valid event on its way to Kafka.
///
/// @param event without its metadata and their meaning, which would be in memory twice
/// @param json the event as received, or with the generated `eventId` added
/// @param producer the id of the sender's key or token; empty without one
public record OutgoingEvent(MatchEvent event, byte[] json, String producer) {

    /// @param json the bytes of the event as received
    public static OutgoingEvent of(Decoded.Valid valid, byte[] json, String producer) {
        byte[] withId = valid.idGiven() ? json : EventCodec.withEventId(json, valid.event());
        return new OutgoingEvent(withoutMetadata(valid.event()), withId, producer);
    }

    private static MatchEvent withoutMetadata(MatchEvent event) {
        return new MatchEvent(event.eventId(), event.matchId(), event.type(), event.timestamp(), event.teamId(),
                event.playerId(), Optional.empty(), MatchEvent.Detail.NONE);
    }
}
