package com.fanfinity.analytics.deadletters;

import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonGenerator;

import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.metrics.Meters;

/// What a replay has done.
///
/// @param audited whether each outcome is written down; if not, what was published counts once all the same, for as long as the
///        topology knows duplicates
/// @param next where to go on, if there are more letters of the reason
record ReplayAnswer(List<LetterOutcome> results, boolean audited, Optional<DeadLetterPosition> next) {

    record LetterOutcome(DeadLetterId id, ReplayOutcome outcome) {}

    void write(JsonGenerator json) throws IOException {
        Map<Meters.Replay, Integer> counts = new EnumMap<>(Meters.Replay.class);
        results.forEach(result -> counts.merge(result.outcome().kind(), 1, Integer::sum));
        for (Meters.Replay kind : Meters.Replay.values()) {
            json.writeNumberField(member(kind), counts.getOrDefault(kind, 0));
        }
        json.writeBooleanField("audited", audited);
        DeadLetterJson.writeText(json, "nextCursor", next.map(DeadLetterPosition::toCursor));
        json.writeArrayFieldStart("letters");
        for (LetterOutcome result : results) {
            write(json, result);
        }
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, LetterOutcome result) throws IOException {
        ReplayOutcome outcome = result.outcome();
        json.writeStartObject();
        json.writeStringField("id", result.id().toString());
        json.writeStringField("outcome", outcome.kind().wireName());
        if (outcome.event().isPresent()) {
            json.writeStringField("eventId", outcome.event().get().eventId().toString());
            json.writeStringField("matchId", outcome.event().get().matchId());
        }
        if (outcome instanceof ReplayOutcome.InvalidEvent(var faults)) {
            Problem.writeFaults(json, faults);
        } else if (!outcome.detail().isEmpty()) {
            json.writeStringField("detail", outcome.detail());
        }
        json.writeEndObject();
    }

    private static String member(Meters.Replay kind) {
        return switch (kind) {
            case REPLAYED -> "replayed";
            case SKIPPED -> "skipped";
            case REFUSED -> "refused";
            case UNAVAILABLE -> "unavailable";
            case NOT_REPLAYABLE -> "notReplayable";
            case NOT_FOUND -> "notFound";
        };
    }
}
