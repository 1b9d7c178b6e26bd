package com.fanfinity.analytics.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.event.EventDraft.Obj;
import com.fanfinity.analytics.event.EventDraft.Text;
import com.fanfinity.analytics.event.EventDraft.Value;
import com.fanfinity.analytics.event.EventDraft.Whole;
import com.fanfinity.analytics.event.Fault.Code;
import com.fanfinity.analytics.event.MatchEvent.Detail;
import com.fanfinity.analytics.event.MatchEvent.Fixture;
import com.fanfinity.analytics.event.MatchEvent.Retraction;

/// The rules for events. They are the same for events from HTTP and for records that other producers write to the
/// topic, except how far in the future a timestamp may be: {@link #ofRecords}.
///
/// Pure: the time is an argument. The rules find all faults of an event, not only the first, and keep at most
/// {@value #MAX_FAULTS}.
public final class EventRules {

    /// The maximum size of an event in bytes, as received.
    public static final int MAX_EVENT_BYTES = 64 * 1024;

    /// The maximum size of `metadata` in bytes, as received.
    public static final int MAX_METADATA_BYTES = 16 * 1024;

    /// The maximum length of `teamId` and `playerId` in code points.
    public static final int MAX_ID_LENGTH = 64;

    /// The maximum length of a name in the metadata of `match_start`, such as `homeTeam`, in code points.
    public static final int MAX_NAME_LENGTH = 256;

    /// The greatest `maxAhead` that an instance can be set to.
    public static final Duration GREATEST_MAX_AHEAD = Duration.ofDays(3_650);

    /// The difference between two clocks that makes no record of an accepted event invalid.
    private static final Duration CLOCK_TOLERANCE = Duration.ofDays(365);

    static final int MAX_FAULTS = 32;

    private static final Set<String> FIELDS = Set.of("eventId", "matchId", "eventType", "timestamp", "teamId",
            "playerId", "metadata");

    /// The members of the metadata that a rule reads.
    private static final Set<String> READ_IN_METADATA = Set.of("homeTeamId", "awayTeamId", "homeTeam", "awayTeam",
            "competition", "venue", "eventId");

    private static final int MAX_MATCH_ID_LENGTH = 128;

    /// Beyond the last year that a timestamp can have.
    private static final Duration ANY_TIME = Duration.ofDays(366L * 10_000);

    private final Duration maxAhead;
    private final Duration fansMaxAhead;
    private final boolean accepted;

    /// Rules with one limit for all events.
    ///
    /// @param maxAhead how far in the future a timestamp may be; timestamps within this limit are not changed
    public EventRules(Duration maxAhead) {
        this(maxAhead, maxAhead);
    }

    /// @param maxAhead how far in the future a timestamp may be; timestamps within this limit are not changed
    /// @param fansMaxAhead the limit for events of fans, if it is the smaller one
    public EventRules(Duration maxAhead, Duration fansMaxAhead) {
        this(maxAhead, fansMaxAhead, false);
    }

    private EventRules(Duration maxAhead, Duration fansMaxAhead, boolean accepted) {
        this.maxAhead = requireNonNull(maxAhead, "maxAhead is null");
        this.fansMaxAhead = requireNonNull(fansMaxAhead, "fansMaxAhead is null");
        this.accepted = accepted;
    }

    /// The rules for an event that a version of the service has accepted: it must stay readable, so rules that are
    /// younger than the first release do not apply, and no time is too far ahead.
    public static EventRules ofAccepted() {
        return new EventRules(ANY_TIME, ANY_TIME, true);
    }

    /// The rules for records of `match-events`. An event that an ingest instance accepted must stay valid for all
    /// settings of that instance and for any clock of the broker. So this limit is wider than that of any instance, and
    /// it cannot be set. It still bounds the records of other producers.
    public static EventRules ofRecords() {
        return new EventRules(GREATEST_MAX_AHEAD.plus(CLOCK_TOLERANCE));
    }

    static boolean isField(String name) {
        return FIELDS.contains(name);
    }

    static boolean isReadInMetadata(String name) {
        return READ_IN_METADATA.contains(name);
    }

    /// Whether a long member name is a fault.
    boolean limitsNames() {
        return !accepted;
    }

    /// Whether the text is a valid `matchId`: 1 to 128 characters of `A-Z a-z 0-9 . _ : -`.
    public static boolean isMatchId(String text) {
        if (text.isEmpty() || text.length() > MAX_MATCH_ID_LENGTH) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
            boolean digit = c >= '0' && c <= '9';
            if (!letter && !digit && c != '.' && c != '_' && c != ':' && c != '-') {
                return false;
            }
        }
        return true;
    }

    /// A record's key for the log. Empty if the key is not a valid `matchId`, because it may then contain any text.
    public static String matchIdOf(byte @Nullable [] key) {
        String text = key == null ? "" : new String(key, UTF_8);
        return isMatchId(text) ? text : "";
    }

    /// Applies every rule.
    ///
    /// @param now the current time; later timestamps are in the future
    /// @param newId creates the identity of an event that has none
    Decoded judge(EventDraft draft, Instant now, Supplier<UUID> newId) {
        return new Judgement(draft, now).verdict(newId);
    }

    /// Collects the faults of one event, field by field.
    private final class Judgement {
        private final Map<String, Value> members;
        private final List<Fault> faults;
        private final boolean complete;
        private final Instant now;

        Judgement(EventDraft draft, Instant now) {
            this.members = draft.members();
            this.faults = new ArrayList<>(draft.faults());
            this.complete = draft.complete();
            this.now = now;
        }

        Decoded verdict(Supplier<UUID> newId) {
            return complete ? verdictOfAll(newId) : invalid();
        }

        private Decoded verdictOfAll(Supplier<UUID> newId) {
            Optional<UUID> eventId = eventId();
            Optional<String> matchId = matchId();
            Optional<EventType> type = eventType();
            Optional<Instant> timestamp = timestamp(type);
            Optional<String> teamId = identifier("teamId", members.get("teamId"));
            if (type.isPresent() && type.get().needsTeam() && !members.containsKey("teamId")) {
                add("teamId", Code.REQUIRED, "required for the event type " + type.get().wireName());
            }
            Optional<String> playerId = identifier("playerId", members.get("playerId"));
            Optional<Obj> metadata = metadata();
            Detail detail = type.map(known -> detail(known, metadata)).orElse(Detail.NONE);
            if (!faults.isEmpty() || members.keySet().stream().anyMatch(name -> !isField(name))) {
                return invalid();
            }
            MatchEvent event = new MatchEvent(eventId.orElseGet(newId), matchId.orElseThrow(), type.orElseThrow(),
                    timestamp.orElseThrow(),
                    teamId, playerId, metadata.map(Obj::raw), detail);
            return new Decoded.Valid(event, eventId.isPresent());
        }

        private Decoded invalid() {
            members.keySet().stream().filter(name -> !isField(name)).forEach(name -> add(shortened(name),
                    Code.UNKNOWN_FIELD,
                    "unknown field; known fields: eventId, matchId, eventType, timestamp, teamId, playerId, metadata"));
            Optional<String> given = members.get("eventId") instanceof Text(String text)
                    ? Optional.of(shortened(text))
                    : Optional.empty();
            return new Decoded.Invalid(faults.subList(0, Math.min(faults.size(), MAX_FAULTS)), given);
        }

        private Optional<UUID> eventId() {
            return switch (members.get("eventId")) {
                case null -> Optional.empty();
                case Text(String text) -> uuid("eventId", text);
                case Value other -> wrongType("eventId", "a string", other);
            };
        }

        private Optional<String> matchId() {
            Optional<String> text = requiredText("matchId");
            if (text.isPresent() && !isMatchId(text.get())) {
                return fault("matchId", Code.FORMAT, "must be 1 to 128 characters of A-Z a-z 0-9 . _ : -");
            }
            return text;
        }

        private Optional<EventType> eventType() {
            Optional<String> text = requiredText("eventType");
            Optional<EventType> type = text.flatMap(EventType::ofWireName);
            if (text.isPresent() && type.isEmpty()) {
                return fault("eventType", Code.UNKNOWN_TYPE, "unknown event type: " + shortened(text.get()));
            }
            return type;
        }

        private Optional<Instant> timestamp(Optional<EventType> type) {
            Optional<String> text = requiredText("timestamp");
            Optional<Instant> time = text.flatMap(Timestamps::parse);
            if (text.isPresent() && time.isEmpty()) {
                return fault("timestamp", Code.FORMAT,
                        "must be an RFC 3339 time with an offset, such as 2018-07-15T15:37:58.895Z");
            }
            if (time.isPresent() && time.get().isAfter(now.plus(maxAhead))) {
                return fault("timestamp", Code.TOO_FAR_AHEAD,
                        "must not be more than " + inWords(maxAhead) + " in the future");
            }
            if (time.isPresent() && type.isPresent() && type.get().isOfFans()
                    && time.get().isAfter(now.plus(fansMaxAhead))) {
                return fault("timestamp", Code.TOO_FAR_AHEAD, "of an event of fans must not be more than "
                        + inWords(fansMaxAhead) + " in the future");
            }
            return time;
        }

        private Optional<Obj> metadata() {
            return switch (members.get("metadata")) {
                case null -> Optional.empty();
                case Obj object when object.sizeInBytes() > MAX_METADATA_BYTES -> fault("metadata", Code.TOO_LARGE,
                        "is " + object.sizeInBytes() + " bytes long; the limit is " + MAX_METADATA_BYTES + " bytes");
                case Obj object -> Optional.of(object);
                case Value other -> wrongType("metadata", "an object", other);
            };
        }

        private Detail detail(EventType type, Optional<Obj> metadata) {
            Map<String, Value> fields = metadata.map(Obj::members).orElse(Map.of());
            return switch (type) {
                case MATCH_START -> fixture(fields);
                case RETRACTION -> retraction(fields.get("eventId"));
                default -> Detail.NONE;
            };
        }

        private Fixture fixture(Map<String, Value> fields) {
            Fixture fixture = new Fixture(identifier("metadata.homeTeamId", fields.get("homeTeamId")),
                    identifier("metadata.awayTeamId", fields.get("awayTeamId")), name("homeTeam", fields),
                    name("awayTeam", fields), name("competition", fields), name("venue", fields));
            if (!accepted) {
                requireId("home", fixture.homeTeam(), fields);
                requireId("away", fixture.awayTeam(), fields);
                if (fixture.homeTeamId().isPresent() && fixture.homeTeamId().equals(fixture.awayTeamId())) {
                    add("metadata.awayTeamId", Code.FORMAT, "must not be the same as metadata.homeTeamId");
                }
            }
            return fixture;
        }

        /// Events name a team by its id. A name without an id could belong to either team.
        private void requireId(String side, Optional<String> name, Map<String, Value> fields) {
            if (name.isPresent() && !fields.containsKey(side + "TeamId")) {
                add("metadata." + side + "TeamId", Code.REQUIRED, "required with metadata." + side + "Team");
            }
        }

        private Detail retraction(@Nullable Value target) {
            Optional<UUID> id = switch (target) {
                case null -> fault("metadata.eventId", Code.REQUIRED, "a retraction must name the event to retract");
                case Text(String text) -> uuid("metadata.eventId", text);
                case Value other -> wrongType("metadata.eventId", "a string", other);
            };
            return id.<Detail>map(Retraction::new).orElse(Detail.NONE);
        }

        private Optional<String> name(String member, Map<String, Value> fields) {
            String field = "metadata." + member;
            return switch (fields.get(member)) {
                case null -> Optional.empty();
                case Text(String text) -> bounded(field, text, MAX_NAME_LENGTH);
                case Value other -> wrongType(field, "a string", other);
            };
        }

        private Optional<String> identifier(String field, @Nullable Value value) {
            return switch (value) {
                case null -> Optional.empty();
                case Text(String text) -> bounded(field, text, MAX_ID_LENGTH);
                case Whole(String digits) ->
                    bounded(field, digits, MAX_ID_LENGTH).map(kept -> new BigInteger(kept).toString());
                case Value other -> wrongType(field, "a string or an integer", other);
            };
        }

        private Optional<String> bounded(String field, String text, int max) {
            if (text.isEmpty() || text.codePointCount(0, text.length()) > max) {
                return fault(field, Code.LENGTH, "must have 1 to " + max + " characters");
            }
            if (!isWellFormed(text)) {
                return fault(field, Code.FORMAT, "contains an unpaired surrogate");
            }
            if (!accepted && HiddenCharacters.areIn(text)) {
                return fault(field, Code.FORMAT,
                        "contains a control character, a character that changes the direction of text, or a"
                                + " noncharacter");
            }
            return Optional.of(text);
        }

        private Optional<UUID> uuid(String field, String text) {
            Optional<UUID> id = EventIds.parse(text);
            return id.isPresent()
                    ? id
                    : fault(field, Code.FORMAT,
                            "must be a UUID of 36 characters, such as 54ff7e6d-b7f7-54ec-9d8b-f8a8d8d5c517");
        }

        private Optional<String> requiredText(String field) {
            return switch (members.get(field)) {
                case null -> fault(field, Code.REQUIRED, "is missing");
                case Text(String text) -> Optional.of(text);
                case Value other -> wrongType(field, "a string", other);
            };
        }

        private <T> Optional<T> wrongType(String field, String expected, Value found) {
            return fault(field, Code.TYPE, "must be " + expected + ", not " + EventDraft.describe(found));
        }

        private <T> Optional<T> fault(String field, Code code, String message) {
            add(field, code, message);
            return Optional.empty();
        }

        private void add(String field, Code code, String message) {
            faults.add(new Fault(field, code, message));
        }
    }

    /// Such as "24 hours" or "90 seconds".
    private static String inWords(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds > 0 && seconds % 3_600 == 0) {
            return seconds / 3_600 + " hours";
        }
        return seconds > 0 && seconds % 60 == 0 ? seconds / 60 + " minutes" : seconds + " seconds";
    }

    /// A name from a client in the form that a message may repeat: at most 64 characters, without unpaired surrogates,
    /// and with U+FFFD for each hidden character.
    public static String shortened(String text) {
        String head = text.codePointCount(0, text.length()) <= MAX_ID_LENGTH
                ? text
                : text.substring(0, text.offsetByCodePoints(0, MAX_ID_LENGTH)) + "…";
        return isWellFormed(head) ? HiddenCharacters.replacedIn(head) : "?";
    }

    static boolean isWellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                return false;
            }
        }
        return true;
    }
}
