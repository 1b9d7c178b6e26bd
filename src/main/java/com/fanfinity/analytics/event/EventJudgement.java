package com.fanfinity.analytics.event;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

/// Applies the rules to one event, field by field, and collects its faults.
final class EventJudgement {

    private final EventRules rules;
    private final Map<String, Value> members;
    private final List<Fault> faults;
    private final boolean complete;
    private final Instant now;

    /// @param now the current time; later timestamps are in the future
    EventJudgement(EventRules rules, EventDraft draft, Instant now) {
        this.rules = rules;
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
        if (!faults.isEmpty() || members.keySet().stream().anyMatch(name -> !EventRules.isField(name))) {
            return invalid();
        }
        MatchEvent event = new MatchEvent(eventId.orElseGet(newId), matchId.orElseThrow(), type.orElseThrow(),
                timestamp.orElseThrow(),
                teamId, playerId, metadata.map(Obj::raw), detail);
        return new Decoded.Valid(event, eventId.isPresent());
    }

    private Decoded invalid() {
        members.keySet().stream().filter(name -> !EventRules.isField(name))
                .forEach(name -> add(EventRules.shortened(name), Code.UNKNOWN_FIELD,
                        "unknown field; known fields: eventId, matchId, eventType, timestamp, teamId, playerId, "
                                + "metadata"));
        Optional<String> given = members.get("eventId") instanceof Text(String text)
                ? Optional.of(EventRules.shortened(text))
                : Optional.empty();
        return new Decoded.Invalid(faults.subList(0, Math.min(faults.size(), EventRules.MAX_FAULTS)), given);
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
        if (text.isPresent() && !EventRules.isMatchId(text.get())) {
            return fault("matchId", Code.FORMAT, "must be 1 to 128 characters of A-Z a-z 0-9 . _ : -");
        }
        return text;
    }

    private Optional<EventType> eventType() {
        Optional<String> text = requiredText("eventType");
        Optional<EventType> type = text.flatMap(EventType::ofWireName);
        if (text.isPresent() && type.isEmpty()) {
            return fault("eventType", Code.UNKNOWN_TYPE, "unknown event type: " + EventRules.shortened(text.get()));
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
        if (time.isPresent() && time.get().isAfter(now.plus(rules.maxAhead()))) {
            return fault("timestamp", Code.TOO_FAR_AHEAD,
                    "must not be more than " + inWords(rules.maxAhead()) + " in the future");
        }
        if (time.isPresent() && type.isPresent() && type.get().isOfFans()
                && time.get().isAfter(now.plus(rules.fansMaxAhead()))) {
            return fault("timestamp", Code.TOO_FAR_AHEAD, "of an event of fans must not be more than "
                    + inWords(rules.fansMaxAhead()) + " in the future");
        }
        return time;
    }

    private Optional<Obj> metadata() {
        return switch (members.get("metadata")) {
            case null -> Optional.empty();
            case Obj object when object.sizeInBytes() > EventRules.MAX_METADATA_BYTES ->
                fault("metadata", Code.TOO_LARGE, "is " + object.sizeInBytes() + " bytes long; the limit is "
                        + EventRules.MAX_METADATA_BYTES + " bytes");
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
        if (rules.areStrict()) {
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
            case Text(String text) -> bounded(field, text, EventRules.MAX_NAME_LENGTH);
            case Value other -> wrongType(field, "a string", other);
        };
    }

    private Optional<String> identifier(String field, @Nullable Value value) {
        return switch (value) {
            case null -> Optional.empty();
            case Text(String text) -> bounded(field, text, EventRules.MAX_ID_LENGTH);
            case Whole(String digits) ->
                bounded(field, digits, EventRules.MAX_ID_LENGTH).map(kept -> new BigInteger(kept).toString());
            case Value other -> wrongType(field, "a string or an integer", other);
        };
    }

    private Optional<String> bounded(String field, String text, int max) {
        if (text.isEmpty() || text.codePointCount(0, text.length()) > max) {
            return fault(field, Code.LENGTH, "must have 1 to " + max + " characters");
        }
        if (!EventRules.isWellFormed(text)) {
            return fault(field, Code.FORMAT, "contains an unpaired surrogate");
        }
        if (rules.areStrict() && HiddenCharacters.areIn(text)) {
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

    /// Such as "24 hours" or "90 seconds".
    private static String inWords(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds > 0 && seconds % 3_600 == 0) {
            return seconds / 3_600 + " hours";
        }
        return seconds > 0 && seconds % 60 == 0 ? seconds / 60 + " minutes" : seconds + " seconds";
    }
}
