package com.fanfinity.analytics.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

import com.fasterxml.jackson.core.JsonGenerator;

import com.fanfinity.analytics.event.Fault.Code;

/// Reads events from JSON and writes them to JSON. No other class does.
///
/// Reading is strict, because a lenient reader loses data without a fault. An event is UTF-8 without a byte order mark.
/// It has no duplicate key at any depth, no content after its end, no `NaN`, at most {@value #MAX_DEPTH} levels, and no
/// member name of more than {@value #MAX_NAME_BYTES} bytes. Nothing that an event contains outlives its reading. Safe
/// for use by several threads.
public final class EventCodec {

    /// The maximum number of levels of objects and arrays in an event. The event itself is the first level.
    public static final int MAX_DEPTH = 32;

    /// The maximum length of a member's name in UTF-8.
    static final int MAX_NAME_BYTES = 256;

    private static final Fault TOO_DEEP = new Fault(Fault.WHOLE, Code.TOO_DEEP,
            "is nested more than " + MAX_DEPTH + " levels deep");

    private final EventRules rules;

    public EventCodec(EventRules rules) {
        this.rules = requireNonNull(rules, "rules is null");
    }

    /// Reads one event. Invalid bytes do not cause an exception; the result contains their faults.
    ///
    /// @param json the event and nothing else
    /// @param now the current time; later timestamps are in the future
    /// @param newId creates the identity of an event that has none
    public Decoded decode(byte[] json, Instant now, Supplier<UUID> newId) {
        if (json.length > EventRules.MAX_EVENT_BYTES) {
            return new Decoded.Invalid(
                    List.of(new Fault(Fault.WHOLE, Code.TOO_LARGE,
                            "is longer than the limit of " + EventRules.MAX_EVENT_BYTES + " bytes")),
                    Optional.empty());
        }
        Optional<Fault> encoding = Utf8.faultOf(json);
        if (encoding.isPresent()) {
            return new Decoded.Invalid(List.of(encoding.get()), Optional.empty());
        }
        EventReader reader = new EventReader(json, rules.areStrict());
        try {
            Optional<Fault> fatal = reader.read();
            return fatal.isPresent()
                    ? new Decoded.Invalid(List.of(fatal.get()), reader.eventId())
                    : rules.judge(reader.draft(), now, newId);
        } catch (InvalidJsonException e) {
            Fault fault = e.isTooDeep() ? TOO_DEEP : Fault.malformed(e.inWords());
            return new Decoded.Invalid(List.of(fault), reader.eventId());
        }
    }

    /// Writes an event in the form of the contract: known fields only, the time in UTC, the identity in lower case, and
    /// the metadata as received.
    public byte[] encode(MatchEvent event) {
        return canonical(event);
    }

    private static byte[] canonical(MatchEvent event) {
        return Json.object(json -> writeMembers(json, event));
    }

    /// Writes the same members as {@link #encode} into an object that is already open.
    public static void writeMembers(JsonGenerator json, MatchEvent event) throws IOException {
        json.writeStringField("eventId", event.eventId().toString());
        json.writeStringField("matchId", event.matchId());
        json.writeStringField("eventType", event.type().wireName());
        json.writeStringField("timestamp", Timestamps.format(event.timestamp()));
        if (event.teamId().isPresent()) {
            json.writeStringField("teamId", event.teamId().get());
        }
        if (event.playerId().isPresent()) {
            json.writeStringField("playerId", event.playerId().get());
        }
        if (event.metadata().isPresent()) {
            json.writeFieldName("metadata");
            json.writeRawValue(event.metadata().get());
        }
    }

    /// Adds the generated `eventId` to an event that was sent without one, as its first member. The other bytes stay as
    /// received.
    ///
    /// The result is never longer than an event may be. If the identity does not fit, the result is that of
    /// {@link #encode}.
    public static byte[] withEventId(byte[] json, MatchEvent event) {
        byte[] member = ("{\"eventId\":\"" + event.eventId() + "\",").getBytes(UTF_8);
        if (member.length + json.length > EventRules.MAX_EVENT_BYTES) {
            return canonical(event);
        }
        int brace = 0;
        while (json[brace] != '{') {
            brace++;
        }
        byte[] whole = new byte[member.length + json.length - brace - 1];
        System.arraycopy(member, 0, whole, 0, member.length);
        System.arraycopy(json, brace + 1, whole, member.length, json.length - brace - 1);
        return whole;
    }
}
