package com.fanfinity.analytics.deadletters;

import java.util.List;
import java.util.Optional;

import com.fanfinity.analytics.event.Fault;
import com.fanfinity.analytics.event.MatchEvent;
import com.fanfinity.analytics.metrics.Meters;

/// The outcome of a replay for one letter.
sealed interface ReplayOutcome {

    /// Kafka has acknowledged the event. The topology decides whether it is a duplicate.
    record Replayed(MatchEvent content) implements ReplayOutcome {}

    /// An earlier replay succeeded.
    record AlreadyReplayed() implements ReplayOutcome {}

    /// The event still breaks the rules.
    record InvalidEvent(List<Fault> faults) implements ReplayOutcome {}

    /// Kafka may not have the event. It can be replayed again: it has the same identity and counts once.
    record ReplayUnconfirmed(String why, Optional<MatchEvent> content) implements ReplayOutcome {}

    /// The letter cannot or must not be replayed.
    record NotReplayable(String why) implements ReplayOutcome {}

    record LetterNotFound() implements ReplayOutcome {}

    default Meters.ReplayResult kind() {
        return switch (this) {
            case Replayed _ -> Meters.ReplayResult.REPLAYED;
            case AlreadyReplayed _ -> Meters.ReplayResult.SKIPPED;
            case InvalidEvent _ -> Meters.ReplayResult.REFUSED;
            case ReplayUnconfirmed _ -> Meters.ReplayResult.UNAVAILABLE;
            case NotReplayable _ -> Meters.ReplayResult.NOT_REPLAYABLE;
            case LetterNotFound _ -> Meters.ReplayResult.NOT_FOUND;
        };
    }

    /// An explanation; empty if the outcome needs none.
    default String detail() {
        return switch (this) {
            case AlreadyReplayed _ -> "already replayed";
            case InvalidEvent(List<Fault> faults) -> Fault.inOneLine(faults);
            case ReplayUnconfirmed(String why, _) -> why;
            case NotReplayable(String why) -> why;
            case Replayed _,LetterNotFound _ -> "";
        };
    }

    /// The event of the letter, if it could be read.
    default Optional<MatchEvent> event() {
        return switch (this) {
            case Replayed(MatchEvent content) -> Optional.of(content);
            case ReplayUnconfirmed(_, Optional<MatchEvent> content) -> content;
            case AlreadyReplayed _,InvalidEvent _,NotReplayable _,LetterNotFound _ -> Optional.empty();
        };
    }
}
