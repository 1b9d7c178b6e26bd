package com.fanfinity.analytics.deadletters;

import java.util.List;
import java.util.Optional;

import com.fanfinity.analytics.event.Fault;
import com.fanfinity.analytics.event.MatchEvent;
import com.fanfinity.analytics.metrics.Meters;

/// What became of a letter that was asked to be replayed.
sealed interface ReplayOutcome {

    /// Kafka has the event again, under its match's key. Whether it counts, or is a duplicate, the topology says.
    record Replayed(MatchEvent content) implements ReplayOutcome {}

    /// It was replayed before.
    record AlreadyReplayed() implements ReplayOutcome {}

    /// It still breaks the rules.
    record InvalidEvent(List<Fault> faults) implements ReplayOutcome {}

    /// Not known to be in Kafka; may be asked for again: under the same identity it counts once.
    record ReplayUnconfirmed(String why, Optional<MatchEvent> content) implements ReplayOutcome {}

    /// It cannot, or must not, become an event again.
    record NotReplayable(String why) implements ReplayOutcome {}

    record LetterNotFound() implements ReplayOutcome {}

    default Meters.Replay kind() {
        return switch (this) {
            case Replayed _ -> Meters.Replay.REPLAYED;
            case AlreadyReplayed _ -> Meters.Replay.SKIPPED;
            case InvalidEvent _ -> Meters.Replay.REFUSED;
            case ReplayUnconfirmed _ -> Meters.Replay.UNAVAILABLE;
            case NotReplayable _ -> Meters.Replay.NOT_REPLAYABLE;
            case LetterNotFound _ -> Meters.Replay.NOT_FOUND;
        };
    }

    /// For people; empty if there is no more to say.
    default String detail() {
        return switch (this) {
            case AlreadyReplayed _ -> "was replayed before";
            case InvalidEvent(List<Fault> faults) -> Fault.inOneLine(faults);
            case ReplayUnconfirmed(String why, _) -> why;
            case NotReplayable(String why) -> why;
            case Replayed _,LetterNotFound _ -> "";
        };
    }

    /// The event that the letter holds, as far as it was read.
    default Optional<MatchEvent> event() {
        return switch (this) {
            case Replayed(MatchEvent content) -> Optional.of(content);
            case ReplayUnconfirmed(_, Optional<MatchEvent> content) -> content;
            case AlreadyReplayed _,InvalidEvent _,NotReplayable _,LetterNotFound _ -> Optional.empty();
        };
    }
}
