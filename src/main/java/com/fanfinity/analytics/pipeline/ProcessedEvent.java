package com.fanfinity.analytics.pipeline;

import java.util.Optional;
import java.util.UUID;

import com.fanfinity.analytics.event.MatchEvent;

/// An event between two steps of the topology.
public sealed interface ProcessedEvent {

    MatchEvent event();

    /// A valid event before the dedupe step.
    ///
    /// @param receivedAtMicros when the service or, without it, the broker received the event, microseconds since the
    ///     epoch
    /// @param ledgerUpdate receives the outcome
    /// @param secondId the identity of an event without one, if another record had the same place before; empty if the
    ///     record has an identity, or its time is not stable
    record Candidate(MatchEvent event, long receivedAtMicros, LedgerUpdate ledgerUpdate, Optional<UUID> secondId)
            implements
                ProcessedEvent {}

    /// The first event of its identity.
    ///
    /// @param json the value for `match-events-accepted`
    record Accepted(MatchEvent event, long receivedAtMicros, byte[] json) implements ProcessedEvent {}

    /// An event that was accepted before.
    record Duplicate(MatchEvent event) implements ProcessedEvent {}
}
