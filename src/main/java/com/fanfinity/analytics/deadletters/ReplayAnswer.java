package com.fanfinity.analytics.deadletters;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.event.Fault;
import com.fanfinity.analytics.event.MatchEvent;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.metrics.Meters;

/// The result of a replay.
///
/// @param audited whether every outcome is stored. If not, a repeated replay counts each event once, within the dedupe
///     window.
/// @param next the position of the next replay, if more letters have the reason
record ReplayAnswer(List<LetterOutcome> results, boolean audited, Optional<DeadLetterPosition> next) {

    record LetterOutcome(DeadLetterId id, ReplayOutcome outcome) {}

    /// `POST /api/dead-letters/replay`.
    record ReplayDocument(int replayed, int skipped, int refused, int unavailable, int notReplayable, int notFound,
            boolean audited,
            @Nullable String nextCursor, List<ReplayedLetter> letters) {}

    /// @param eventId absent if the letter holds no valid event
    /// @param errors present if the event is invalid
    /// @param detail absent if `errors` is present, or if the outcome needs no explanation
    @JsonInclude(Include.NON_NULL)
    record ReplayedLetter(String id, String outcome, @Nullable String eventId, @Nullable String matchId,
            @Nullable List<Problem.FieldError> errors, @Nullable String detail) {

        static ReplayedLetter of(LetterOutcome result) {
            ReplayOutcome outcome = result.outcome();
            List<Problem.FieldError> errors = outcome instanceof ReplayOutcome.InvalidEvent(List<Fault> faults)
                    ? Problem.FieldError.of(faults)
                    : null;
            String detail = errors == null && !outcome.detail().isEmpty() ? outcome.detail() : null;
            return new ReplayedLetter(result.id().toString(), outcome.kind().wireName(),
                    outcome.event().map(event -> event.eventId().toString()).orElse(null),
                    outcome.event().map(MatchEvent::matchId).orElse(null), errors, detail);
        }
    }

    ReplayDocument toJson() {
        Map<Meters.ReplayResult, Integer> counts = new EnumMap<>(Meters.ReplayResult.class);
        results.forEach(result -> counts.merge(result.outcome().kind(), 1, Integer::sum));
        return new ReplayDocument(counts.getOrDefault(Meters.ReplayResult.REPLAYED, 0),
                counts.getOrDefault(Meters.ReplayResult.SKIPPED, 0),
                counts.getOrDefault(Meters.ReplayResult.REFUSED, 0),
                counts.getOrDefault(Meters.ReplayResult.UNAVAILABLE, 0),
                counts.getOrDefault(Meters.ReplayResult.NOT_REPLAYABLE, 0),
                counts.getOrDefault(Meters.ReplayResult.NOT_FOUND, 0),
                audited,
                next.map(DeadLetterPosition::toCursor).orElse(null), results.stream().map(ReplayedLetter::of).toList());
    }
}
