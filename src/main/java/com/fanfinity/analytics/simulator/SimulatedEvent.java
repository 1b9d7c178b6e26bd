package com.fanfinity.analytics.simulator;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import com.fasterxml.jackson.core.JsonProcessingException;

/// An event of a simulated match, with the fields of the service's API.
///
/// @param sequence the number of the event in the order of creation within its match, from 0
/// @param offset since kick-off, whole milliseconds
/// @param timestamp kick-off plus `offset`
/// @param metadata values are strings, integers or booleans; order kept
record SimulatedEvent(UUID eventId, String matchId, long sequence, String type, Duration offset, Instant timestamp,
        Optional<String> teamId,
        Optional<String> playerId, Map<String, Object> metadata) {
    SimulatedEvent {
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    WireEvent wire() {
        return new WireEvent(matchId, sequence, json());
    }

    private String json() {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("eventId", eventId.toString());
        fields.put("matchId", matchId);
        fields.put("eventType", type);
        fields.put("timestamp", timestamp.truncatedTo(ChronoUnit.MILLIS).toString());
        teamId.ifPresent(id -> fields.put("teamId", id));
        playerId.ifPresent(id -> fields.put("playerId", id));
        if (!metadata.isEmpty()) {
            fields.put("metadata", metadata);
        }
        try {
            return ServiceResponse.JsonBody.MAPPER.writeValueAsString(fields);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("strings and numbers always have a JSON form", e);
        }
    }
}
