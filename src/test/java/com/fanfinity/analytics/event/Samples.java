package com.fanfinity.analytics.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/// Basic events, and their decoding at a fixed time.
final class Samples {
    static final Instant NOW = Instant.parse("2026-11-21T10:00:00.000Z");
    static final UUID MADE = UUID.fromString("019a0000-0000-7000-8000-000000000000");
    static final String ID = "54ff7e6d-b7f7-54ec-9d8b-f8a8d8d5c517";
    static final EventCodec CODEC = new EventCodec(new EventRules(Duration.ofHours(24)));
    static final EventCodec ACCEPTED = new EventCodec(EventRules.ofAccepted());

    private Samples() {}

    /// A valid goal, its members as JSON text by name.
    static Map<String, String> goal() {
        Map<String, String> members = new LinkedHashMap<>();
        members.put("eventId", quoted(ID));
        members.put("matchId", quoted("m-1"));
        members.put("eventType", quoted("goal"));
        members.put("timestamp", quoted("2018-07-15T15:37:58.895Z"));
        members.put("teamId", quoted("4418"));
        members.put("playerId", quoted("3682"));
        members.put("metadata", "{}");
        return members;
    }

    /// The goal with another value of one member.
    static String goalWith(String name, String value) {
        Map<String, String> members = goal();
        members.put(name, value);
        return json(members);
    }

    static String goalWithout(String name) {
        Map<String, String> members = goal();
        members.remove(name);
        return json(members);
    }

    static String json(Map<String, String> members) {
        return members.entrySet().stream().map(member -> quoted(member.getKey()) + ":" + member.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    static String quoted(String text) {
        return '"' + text + '"';
    }

    static Decoded decode(String json) {
        return decode(json.getBytes(UTF_8));
    }

    static Decoded decode(byte[] json) {
        return CODEC.decode(json, NOW, () -> MADE);
    }

    static MatchEvent valid(String json) {
        return assertInstanceOf(Decoded.Valid.class, decode(json), () -> shown(json)).event();
    }

    static List<Fault> faults(byte[] json) {
        return assertInstanceOf(Decoded.Invalid.class, decode(json), () -> shown(new String(json, UTF_8))).faults();
    }

    /// The faults as `field code`.
    static List<String> faults(String json) {
        return codes(faults(json.getBytes(UTF_8)));
    }

    static List<String> codes(List<Fault> faults) {
        return faults.stream().map(fault -> fault.field() + ' ' + fault.code().wireName()).toList();
    }

    private static String shown(String json) {
        return json.length() <= 300 ? json : json.substring(0, 300) + "…";
    }
}
