package com.fanfinity.analytics.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

import org.junit.jupiter.api.Test;

/// Properties of every event, tried on many generated events. The message of a failure names the seed.
class EventCodecPropertyTest {
    private static final int TRIES = 3_000;

    @Test
    void decode_anyWayToWriteAnEvent_readsTheEventAndKeepsItsMetadata() {
        for (long seed = 0; seed < TRIES; seed++) {
            Generator made = new Generator(new Random(seed));
            MatchEvent event = made.event();
            String json = made.written(event);

            Decoded decoded = Samples.decode(json);

            assertEquals(new Decoded.Valid(event, true), decoded, "seed " + seed + ": " + json);
        }
    }

    @Test
    void encode_anyEvent_decodesToTheSameEventAndIsStable() {
        for (long seed = 0; seed < TRIES; seed++) {
            MatchEvent event = new Generator(new Random(seed)).event();

            byte[] json = Samples.CODEC.encode(event);

            Decoded.Valid back = assertInstanceOf(Decoded.Valid.class, Samples.decode(json), "seed " + seed);
            assertEquals(event, back.event(), "seed " + seed);
            assertEquals(new String(json, UTF_8), new String(Samples.CODEC.encode(back.event()), UTF_8),
                    "seed " + seed);
        }
    }

    @Test
    void decode_anyDamage_returnsAResultAndNeverThrows() {
        int invalid = 0;
        for (long seed = 0; seed < 4 * TRIES; seed++) {
            Random random = new Random(seed);
            Generator made = new Generator(random);
            byte[] json = made.damaged(made.written(made.event()).getBytes(UTF_8));

            Decoded decoded;
            try {
                decoded = Samples.decode(json);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + new String(json, UTF_8), e);
            }

            switch (decoded) {
                case Decoded.Invalid(var faults, var eventId) -> {
                    invalid++;
                    for (Fault fault : faults) {
                        assertTrue(UTF_8.newEncoder().canEncode(fault.field() + fault.message() + eventId.orElse("")),
                                "seed " + seed);
                    }
                }
                case Decoded.Valid(var event, _) -> assertEquals(event,
                        assertInstanceOf(Decoded.Valid.class, Samples.decode(Samples.CODEC.encode(event)),
                                "seed " + seed).event(),
                        "seed " + seed);
            }
        }
        assertTrue(invalid > TRIES, "too little damage: only " + invalid + " were rejected");
    }

    private static final class Generator {
        private final Random random;

        Generator(Random random) {
            this.random = random;
        }

        MatchEvent event() {
            EventType type = any(EventType.values());
            boolean plain = type != EventType.MATCH_START && type != EventType.RETRACTION;
            UUID target = new UUID(random.nextLong(), random.nextLong());
            Optional<String> metadata = plain
                    ? maybe(object(1))
                    : Optional.of("{" + space() + "\"eventId\"" + space() + ":\"" + target + "\"" + space() + "}");
            MatchEvent.Detail detail = switch (type) {
                case MATCH_START -> MatchEvent.Fixture.UNKNOWN;
                case RETRACTION -> new MatchEvent.Retraction(target);
                default -> MatchEvent.Detail.NONE;
            };
            Optional<String> team = type.needsTeam() ? Optional.of(id()) : maybe(id());
            return new MatchEvent(new UUID(random.nextLong(), random.nextLong()), matchId(), type, time(), team,
                    maybe(id()), metadata,
                    detail);
        }

        /// The event in one of the many forms that JSON allows.
        String written(MatchEvent event) {
            List<String> members = new ArrayList<>();
            String eventId = event.eventId().toString();
            members.add(member("eventId",
                    string(random.nextBoolean() ? eventId : eventId.toUpperCase(java.util.Locale.ROOT))));
            members.add(member("matchId", string(event.matchId())));
            members.add(member("eventType", string(event.type().wireName())));
            members.add(member("timestamp", string(Timestamps.format(event.timestamp()))));
            event.teamId().ifPresent(team -> members.add(member("teamId", idValue(team))));
            event.playerId().ifPresent(player -> members.add(member("playerId", idValue(player))));
            event.metadata().ifPresent(metadata -> members.add(member("metadata", metadata)));
            Collections.shuffle(members, random);
            return space() + "{" + String.join(",", members) + "}" + space();
        }

        byte[] damaged(byte[] json) {
            byte[] bytes = json.clone();
            for (int times = 1 + random.nextInt(3); times > 0; times--) {
                switch (random.nextInt(4)) {
                    case 0 -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                    case 1 -> bytes = java.util.Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length));
                    case 2 -> bytes[random.nextInt(bytes.length)] = (byte) "{}[]\",:\\0e- ".charAt(random.nextInt(12));
                    default -> {
                        int from = random.nextInt(bytes.length);
                        int to = from + random.nextInt(bytes.length - from);
                        byte[] doubled = new byte[bytes.length + to - from];
                        System.arraycopy(bytes, 0, doubled, 0, to);
                        System.arraycopy(bytes, from, doubled, to, bytes.length - from);
                        bytes = doubled;
                    }
                }
            }
            return bytes;
        }

        private String member(String name, String value) {
            return space() + string(name) + space() + ":" + space() + value + space();
        }

        private String idValue(String id) {
            return id.matches("-?[1-9][0-9]*|0") && random.nextBoolean() ? id : string(id);
        }

        private Instant time() {
            long from = Instant.parse("0000-01-01T00:00:00Z").toEpochMilli();
            long to = Samples.NOW.toEpochMilli() + 86_400_000L;
            return Instant.ofEpochMilli(
                    random.nextInt(4) == 0 ? from + random.nextLong(to - from + 1) : to - random.nextLong(1L << 40));
        }

        private String matchId() {
            String characters = "ABCXYZabcxyz0189._:-";
            StringBuilder id = new StringBuilder();
            for (int left = 1 + random.nextInt(128); left > 0; left--) {
                id.append(characters.charAt(random.nextInt(characters.length())));
            }
            return id.toString();
        }

        private String id() {
            if (random.nextBoolean()) {
                return Integer.toString(random.nextInt());
            }
            StringBuilder id = new StringBuilder();
            for (int left = 1 + random.nextInt(64); left > 0; left--) {
                id.appendCodePoint(visibleCodePoint());
            }
            return id.toString();
        }

        private int visibleCodePoint() {
            int codePoint = codePoint();
            return HiddenCharacters.areIn(Character.toString(codePoint)) ? 'v' : codePoint;
        }

        private int codePoint() {
            return switch (random.nextInt(5)) {
                case 0 -> random.nextInt(0x20, 0x800);
                case 1 -> random.nextInt(0xE000, 0x10000);
                case 2 -> random.nextInt(0x10000, 0x110000);
                case 3 -> random.nextInt(0, 0x20);
                default -> random.nextInt(0x20, 0x7F);
            };
        }

        /// A string literal with some characters escaped unnecessarily.
        private String string(String text) {
            StringBuilder json = new StringBuilder("\"");
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                boolean must = c < 0x20 || c == '"' || c == '\\';
                boolean pair = Character.isSurrogate(c);
                if (must || (!pair && random.nextInt(10) == 0)) {
                    json.append(random.nextBoolean() ? "\\u%04x".formatted((int) c) : "\\u%04X".formatted((int) c));
                } else {
                    json.append(c);
                }
            }
            return json.append('"').toString();
        }

        private String object(int depth) {
            List<String> members = new ArrayList<>();
            int count = random.nextInt(4);
            for (int i = 0; i < count; i++) {
                members.add(member("k" + i + (char) random.nextInt(0x20, 0xD800), value(depth + 1)));
            }
            return "{" + (members.isEmpty() ? space() : String.join(",", members)) + "}";
        }

        private String value(int depth) {
            return switch (random.nextInt(depth > 6 ? 6 : 8)) {
                case 0 -> any("null", "true", "false");
                case 1 -> any("0", "-0", "1e5", "1E-5", "-0.0", "1.50", "123456789012345678901234567890");
                case 2 -> Long.toString(random.nextLong());
                case 3 -> "\"\\ud800\"";
                case 4, 5 -> string(id());
                case 6 -> object(depth);
                default -> "[" + space() + value(depth + 1) + "," + value(depth + 1) + space() + "]";
            };
        }

        private String space() {
            return random.nextInt(3) == 0 ? any(" ", "\t", "\r\n", "\n", "  ") : "";
        }

        private Optional<String> maybe(String text) {
            return random.nextBoolean() ? Optional.of(text) : Optional.empty();
        }

        @SafeVarargs
        @SuppressWarnings("varargs")
        private <T> T any(T... values) {
            return values[random.nextInt(values.length)];
        }
    }
}
