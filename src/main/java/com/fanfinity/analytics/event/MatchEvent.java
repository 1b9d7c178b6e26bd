package com.fanfinity.analytics.event;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// One event of a match that keeps all the rules of {@link EventRules}.
///
/// @param eventId identity, together with the match: the same pair is the same event
/// @param matchId 1 to 128 characters of `A-Z a-z 0-9 . _ : -`
/// @param timestamp when the event happened, with milliseconds
/// @param teamId present if the type requires a team; 1 to 64 characters
/// @param playerId 1 to 64 characters
/// @param metadata the JSON object as the client wrote it, byte for byte; at most 16 KiB
/// @param detail the part of the metadata that changes the match's state
public record MatchEvent(UUID eventId, String matchId, EventType type, Instant timestamp, Optional<String> teamId,
        Optional<String> playerId, Optional<String> metadata, Detail detail) {

    public MatchEvent withId(UUID id) {
        return new MatchEvent(id, matchId, type, timestamp, teamId, playerId, metadata, detail);
    }

    /// The part of the metadata that changes a match's state.
    public sealed interface Detail {
        None NONE = new None();
    }

    /// The metadata does not change the match's state.
    public record None() implements Detail {}

    /// The properties of the match in the metadata of `match_start`. Every member is optional.
    public record Fixture(Optional<String> homeTeamId, Optional<String> awayTeamId, Optional<String> homeTeam,
            Optional<String> awayTeam,
            Optional<String> competition, Optional<String> venue) implements Detail {

        public static final Fixture UNKNOWN = new Fixture(Optional.empty(), Optional.empty(), Optional.empty(),
                Optional.empty(),
                Optional.empty(), Optional.empty());
    }

    /// Retracts an event of the same match, which may arrive later than the retraction.
    ///
    /// @param target the `eventId` of the retracted event
    public record Retraction(UUID target) implements Detail {}
}
