package com.fanfinity.analytics.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;

import com.fanfinity.analytics.event.EventDraft.Obj;
import com.fanfinity.analytics.event.EventDraft.OtherValue;
import com.fanfinity.analytics.event.EventDraft.Text;
import com.fanfinity.analytics.event.EventDraft.Value;
import com.fanfinity.analytics.event.EventDraft.Whole;
import com.fanfinity.analytics.event.Fault.Code;

/// Reads events from JSON and writes them to JSON. No other class does.
///
/// Reading is strict, because a lenient reader loses data without a fault. An event is UTF-8 without a byte order mark.
/// It has no duplicate key at any depth, no content after its end, no `NaN`, and at most {@value #MAX_DEPTH} levels.
/// Safe for use by several threads.
public final class EventCodec {

    /// The maximum number of levels of objects and arrays in an event. The event itself is the first level.
    public static final int MAX_DEPTH = 32;

    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(EventRules.MAX_EVENT_BYTES)
                    .maxNameLength(EventRules.MAX_EVENT_BYTES).build())
            .build();

    /// The length of the event bounds numbers and names, so depth is the only limit that the parser must enforce.
    private static final Fault TOO_DEEP = new Fault(Fault.WHOLE, Code.TOO_DEEP,
            "is nested more than " + MAX_DEPTH + " levels deep");

    private static final int MAX_PATH_LENGTH = 128;

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
                    List.of(new Fault(Fault.WHOLE, Code.TOO_LARGE, "is " + json.length + " bytes long; the limit is "
                            + EventRules.MAX_EVENT_BYTES + " bytes")),
                    Optional.empty());
        }
        Optional<Fault> encoding = Utf8.faultOf(json);
        if (encoding.isPresent()) {
            return new Decoded.Invalid(List.of(encoding.get()), Optional.empty());
        }
        Reader reader = new Reader(json);
        try (JsonParser parser = JSON.createParser(json)) {
            Optional<Fault> fatal = reader.readEvent(parser);
            if (fatal.isPresent()) {
                return new Decoded.Invalid(List.of(fatal.get()), reader.eventId());
            }
        } catch (StreamConstraintsException _) {
            return new Decoded.Invalid(List.of(TOO_DEEP), reader.eventId());
        } catch (JsonProcessingException e) {
            return new Decoded.Invalid(List.of(Fault.malformed(explain(e))), reader.eventId());
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory failed", e);
        }
        return rules.judge(new EventDraft(reader.members, reader.faults), now, newId);
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

    /// The parser's message with the position, without class names and without any part of the payload.
    private static String explain(JsonProcessingException e) {
        String place = e.getLocation() == null ? "" : " at byte " + e.getLocation().getByteOffset();
        String reason = e.getOriginalMessage();
        boolean fitForClients = reason != null && !reason.startsWith("Unrecognized token") && reason.indexOf('`') < 0
                && reason.indexOf('[') < 0;
        return "not valid JSON" + place + (fitForClients ? ": " + reason : "");
    }

    /// Reads one event; used once.
    private static final class Reader {
        private final byte[] bytes;
        private final Map<String, Value> members = new LinkedHashMap<>();
        private final List<Fault> faults = new ArrayList<>();

        Reader(byte[] bytes) {
            this.bytes = bytes;
        }

        Optional<String> eventId() {
            return members.get("eventId") instanceof Text(String text) && EventIds.parse(text).isPresent()
                    ? Optional.of(text)
                    : Optional.empty();
        }

        /// Fills `members` and `faults`. Returns a fault if the bytes are not one JSON object, so that no rule can
        /// apply.
        Optional<Fault> readEvent(JsonParser parser) throws IOException {
            JsonToken first = parser.nextToken();
            if (first == null) {
                return Optional.of(Fault.malformed("is empty"));
            }
            if (first != JsonToken.START_OBJECT) {
                return Optional.of(new Fault(Fault.WHOLE, Code.TYPE, "must be an object"));
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                parser.nextToken();
                Value value = "metadata".equals(name) ? readMetadata(parser) : readValue(parser);
                if (members.putIfAbsent(name, value) != null) {
                    duplicate(parser);
                }
            }
            return parser.nextToken() == null
                    ? Optional.empty()
                    : Optional.of(Fault.malformed("has content after the end of the object"));
        }

        private Value readMetadata(JsonParser parser) throws IOException {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                return readValue(parser);
            }
            int start = (int) parser.currentTokenLocation().getByteOffset();
            Map<String, Value> direct = readNested(parser);
            int end = (int) parser.currentLocation().getByteOffset();
            return new Obj(new String(bytes, start, end - start, UTF_8), end - start, direct);
        }

        private Value readValue(JsonParser parser) throws IOException {
            return switch (parser.currentToken()) {
                case VALUE_STRING -> new Text(parser.getText());
                case VALUE_NUMBER_INT -> new Whole(parser.getText());
                case VALUE_NUMBER_FLOAT -> new OtherValue("a number with a fraction or exponent");
                case VALUE_TRUE, VALUE_FALSE -> new OtherValue("a boolean");
                case VALUE_NULL -> new OtherValue("null");
                default -> {
                    OtherValue value = nested(parser.currentToken());
                    readNested(parser);
                    yield value;
                }
            };
        }

        private static OtherValue nested(JsonToken start) {
            return new OtherValue(start == JsonToken.START_ARRAY ? "an array" : "an object");
        }

        /// Reads the current object or array to its end and finds duplicate keys at every level.
        ///
        /// @return the direct members of the object
        private Map<String, Value> readNested(JsonParser parser) throws IOException {
            Map<String, Value> direct = new HashMap<>();
            Deque<Set<String>> open = new ArrayDeque<>();
            open.push(new HashSet<>());
            while (!open.isEmpty()) {
                switch (parser.nextToken()) {
                    case START_OBJECT, START_ARRAY -> {
                        if (open.size() == 1 && parser.currentName() != null) {
                            direct.putIfAbsent(parser.currentName(), nested(parser.currentToken()));
                        }
                        open.push(new HashSet<>());
                    }
                    case END_OBJECT, END_ARRAY -> open.pop();
                    case FIELD_NAME -> {
                        if (!open.element().add(parser.currentName())) {
                            duplicate(parser);
                        }
                    }
                    default -> {
                        if (open.size() == 1 && parser.currentName() != null) {
                            direct.putIfAbsent(parser.currentName(), readValue(parser));
                        }
                    }
                }
            }
            return direct;
        }

        /// Stops at the number of faults that are kept. Building a path costs its length, and clients choose length and
        /// number.
        private void duplicate(JsonParser parser) {
            if (faults.size() < EventRules.MAX_FAULTS) {
                String path = parser.getParsingContext().pathAsPointer().toString().substring(1).replace('/', '.');
                faults.add(new Fault(shortened(path), Code.DUPLICATE_KEY, "duplicate key"));
            }
        }

        private static String shortened(String path) {
            if (path.length() <= MAX_PATH_LENGTH) {
                return path;
            }
            boolean withinCharacter = Character.isHighSurrogate(path.charAt(MAX_PATH_LENGTH - 1));
            return path.substring(0, withinCharacter ? MAX_PATH_LENGTH - 1 : MAX_PATH_LENGTH) + "…";
        }
    }
}
