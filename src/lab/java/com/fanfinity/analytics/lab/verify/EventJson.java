package com.fanfinity.analytics.lab.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// The JSON of an event. Members must not need escaping.
public record EventJson(String matchId, String type, UUID eventId, String at, Optional<String> team,
        Optional<String> metadata) {

    /// An event in the first minute of a match.
    ///
    /// @param number determines the `eventId`
    public static EventJson of(String matchId, String type, long number) {
        return new EventJson(matchId, type, idOf(number), "2026-11-21T12:00:00.000Z", Optional.empty(),
                Optional.empty());
    }

    public static UUID idOf(long number) {
        return new UUID(0x0000_0000_0000_4000L, 0x8000_0000_0000_0000L | number);
    }

    public EventJson at(String time) {
        return new EventJson(matchId, type, eventId, time, team, metadata);
    }

    public EventJson at(Instant time) {
        return at(time.toString());
    }

    public EventJson team(String id) {
        return new EventJson(matchId, type, eventId, at, Optional.of(id), metadata);
    }

    public EventJson metadata(String json) {
        return new EventJson(matchId, type, eventId, at, team, Optional.of(json));
    }

    public EventJson inMatch(String id) {
        return new EventJson(id, type, eventId, at, team, metadata);
    }

    /// A retraction of an event.
    public static EventJson retraction(String matchId, long number, UUID target) {
        return of(matchId, "retraction", number).metadata("{\"eventId\":\"" + target + "\"}");
    }

    /// A `match_start` with both teams.
    public static EventJson kickOff(String matchId, long number, String home, String away) {
        return of(matchId, "match_start", number)
                .metadata("{\"homeTeamId\":\"" + home + "\",\"awayTeamId\":\"" + away + "\"}");
    }

    /// The event without its `eventId`.
    public String anonymous() {
        return "{" + json().substring(json().indexOf("\"matchId\""));
    }

    /// Members in canonical order, without whitespace.
    public String json() {
        return "{\"eventId\":\"" + eventId + "\",\"matchId\":\"" + matchId + "\",\"eventType\":\"" + type
                + "\",\"timestamp\":\"" + at + '"'
                + team.map(id -> ",\"teamId\":\"" + id + '"').orElse("")
                + metadata.map(json -> ",\"metadata\":" + json).orElse("") + '}';
    }

    public byte[] bytes() {
        return json().getBytes(UTF_8);
    }
}
