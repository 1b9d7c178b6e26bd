package com.fanfinity.analytics.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

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

    Duration maxAhead() {
        return maxAhead;
    }

    Duration fansMaxAhead() {
        return fansMaxAhead;
    }

    /// Whether the rules that are younger than the first release apply.
    boolean areStrict() {
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
        return new EventJudgement(this, draft, now).verdict(newId);
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
