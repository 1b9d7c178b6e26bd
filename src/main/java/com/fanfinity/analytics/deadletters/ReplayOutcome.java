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
    record Skipped() implements ReplayOutcome {}

    /// It still breaks the rules.
    record Refused(List<Fault> faults) implements ReplayOutcome {}

    /// Not known to be in Kafka; may be asked for again: under the same identity it counts once.
    record Unavailable(String why, Optional<MatchEvent> content) implements ReplayOutcome {}

    /// It cannot, or must not, become an event again.
    record NotReplayable(String why) implements ReplayOutcome {}

    record NotFound() implements ReplayOutcome {}

    default Meters.Replay kind() {
        return switch (this) {
            case Replayed _ -> Meters.Replay.REPLAYED;
            case Skipped _ -> Meters.Replay.SKIPPED;
            case Refused _ -> Meters.Replay.REFUSED;
            case Unavailable _ -> Meters.Replay.UNAVAILABLE;
            case NotReplayable _ -> Meters.Replay.NOT_REPLAYABLE;
            case NotFound _ -> Meters.Replay.NOT_FOUND;
        };
    }

    /// For people; empty if there is no more to say.
    default String detail() {
        return switch (this) {
            case Skipped _ -> "was replayed before";
            case Refused(List<Fault> faults) -> Fault.inOneLine(faults);
            case Unavailable(String why, _) -> why;
            case NotReplayable(String why) -> why;
            case Replayed _,NotFound _ -> "";
        };
    }

    /// The event that the letter holds, as far as it was read.
    default Optional<MatchEvent> event() {
        return switch (this) {
            case Replayed(MatchEvent content) -> Optional.of(content);
            case Unavailable(_, Optional<MatchEvent> content) -> content;
            case Skipped _,Refused _,NotReplayable _,NotFound _ -> Optional.empty();
        };
    }
}
