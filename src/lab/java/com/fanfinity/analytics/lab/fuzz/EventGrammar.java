package com.fanfinity.analytics.lab.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;

import com.fanfinity.analytics.event.EventType;

/// Events: valid ones, ones with a changed structure, and ones with changed bytes.
final class EventGrammar {

    private static final int MATCHES = 40;
    private static final List<String> TYPES = Arrays.stream(EventType.values()).map(EventType::wireName).toList();
    private static final List<String> FIELDS = List.of("eventId", "matchId", "eventType", "timestamp", "teamId",
            "playerId", "metadata", "revision", "sourceId");

    private final String run;

    /// @param run a part of the match ids
    EventGrammar(String run) {
        this.run = run;
    }

    private record Member(String name, String value) {
        private String json() {
            return "\"" + name + "\":" + value;
        }
    }

    String matchId(Chance chance) {
        return "fuzz-" + run + "-" + chance.below(MATCHES);
    }

    /// One event in three is valid.
    byte[] event(Chance chance) {
        return switch (chance.below(3)) {
            case 0 -> render(valid(chance)).getBytes(UTF_8);
            case 1 -> render(restructured(chance, valid(chance))).getBytes(UTF_8);
            default -> damaged(chance, render(chance.once(2) ? valid(chance) : restructured(chance, valid(chance)))
                    .getBytes(UTF_8));
        };
    }

    private List<Member> valid(Chance chance) {
        List<Member> members = new ArrayList<>();
        String type = chance.of(TYPES);
        members.add(new Member("eventId", quoted(new UUID(chance.anyLong(), chance.anyLong()).toString())));
        members.add(new Member("matchId", quoted(matchId(chance))));
        members.add(new Member("eventType", quoted(type)));
        members.add(new Member("timestamp", quoted(String.format(Locale.ROOT, "2024-05-%02dT%02d:%02d:%02d.%03dZ",
                1 + chance.below(2), 12 + chance.below(3), chance.below(60), chance.below(60), chance.below(1_000)))));
        members.add(new Member("teamId", chance.once(4) ? "" + chance.below(9_999) : quoted("t" + chance.below(3))));
        if (chance.once(2)) {
            members.add(new Member("playerId", quoted("p" + chance.below(30))));
        }
        if (type.equals("retraction")) {
            // Its target does not exist, so that every accepted event stands.
            members.add(new Member("metadata", "{\"eventId\":\"" + new UUID(chance.anyLong(), 1) + "\"}"));
        } else if (chance.once(2)) {
            members.add(new Member("metadata", metadata(chance)));
        }
        return members;
    }

    private static String metadata(Chance chance) {
        return chance.of(List.of("{\"period\":\"1H\",\"minute\":12}", "{\"x\":1.5,\"y\":99,\"outcome\":\"saved\"}",
                "{\"homeTeamId\":\"t0\",\"awayTeamId\":\"t1\",\"homeTeam\":\"Rovers\",\"awayTeam\":\"<b>United\"}",
                "{\"player\":\"\u202Eevil\",\"detail\":\"\\u0001\"}", "{}", "{\"a\":[1,{\"b\":null}]}",
                "{\"period\":17,\"minute\":\"x\",\"homeTeamId\":{},\"kickOff\":\"soon\"}",
                "{\"k\":\"" + "v".repeat(chance.length()) + "\"}"));
    }

    private static List<Member> restructured(Chance chance, List<Member> valid) {
        List<Member> members = new ArrayList<>(valid);
        for (int changes = 1 + chance.below(3); changes > 0; changes--) {
            int at = chance.below(members.size());
            switch (chance.below(8)) {
                case 0 -> members.remove(at);
                case 1 -> members.add(at, members.get(chance.below(members.size())));
                case 2 -> members.add(new Member("x".repeat(chance.length()), OddValues.value(chance)));
                case 3 -> members.set(at, new Member(chance.of(FIELDS), members.get(at).value));
                case 4 -> members.set(at, new Member("timestamp", OddValues.time(chance)));
                case 5 -> members.add(new Member(chance.of(FIELDS), OddValues.value(chance)));
                default -> members.set(at, new Member(members.get(at).name, OddValues.value(chance)));
            }
            if (members.isEmpty()) {
                return members;
            }
        }
        return members;
    }

    private static String render(List<Member> members) {
        return members.stream().map(Member::json).collect(Collectors.joining(",", "{", "}"));
    }

    /// Changes some bytes.
    static byte[] damaged(Chance chance, byte[] bytes) {
        byte[] changed = bytes;
        for (int changes = 1 + chance.below(3); changes > 0; changes--) {
            int at = chance.below(Math.max(1, changed.length));
            changed = switch (chance.below(6)) {
                case 0 -> Arrays.copyOf(changed, at);
                case 1 -> insert(changed, at, chance.bytes(1 + chance.below(4)));
                case 2 -> insert(changed, at, chance.of(List.of("{", "}", "[", "]", ",", ":", "\"", "\\", "\n", "\0",
                        "\uFEFF", " ", "//", "/**/")).getBytes(UTF_8));
                case 3 -> insert(changed, at, changed);
                case 4 -> insert(changed, 0, new byte[]{(byte) 0xEF, (byte) 0xBB, (byte) 0xBF});
                default -> flip(chance, changed, at);
            };
        }
        return changed;
    }

    private static byte[] flip(Chance chance, byte[] bytes, int at) {
        byte[] changed = bytes.clone();
        if (changed.length > 0) {
            changed[at] ^= (byte) (1 << chance.below(8));
        }
        return changed;
    }

    static byte[] insert(byte[] bytes, int at, byte[] more) {
        byte[] longer = new byte[bytes.length + more.length];
        System.arraycopy(bytes, 0, longer, 0, at);
        System.arraycopy(more, 0, longer, at, more.length);
        System.arraycopy(bytes, at, longer, at + more.length, bytes.length - at);
        return longer;
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }
}
