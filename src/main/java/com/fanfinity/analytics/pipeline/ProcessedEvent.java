package com.fanfinity.analytics.pipeline;

import com.fanfinity.analytics.event.MatchEvent;

/// What passes from one step of the topology to the next: an event and how it came.
public sealed interface ProcessedEvent {

    MatchEvent event();

    /// A valid event, of which it isn't known yet whether it came before.
    ///
    /// @param receivedAtMicros when the service, or else the broker, had it: microseconds since the epoch
    /// @param settlement told how it ends
    record Candidate(MatchEvent event, long receivedAtMicros, LedgerUpdate settlement) implements ProcessedEvent {}

    /// An event that counts.
    ///
    /// @param json the event as it goes to `match-events-accepted`
    record Accepted(MatchEvent event, long receivedAtMicros, byte[] json) implements ProcessedEvent {}

    /// An event that was accepted before.
    record Duplicate(MatchEvent event) implements ProcessedEvent {}
}
