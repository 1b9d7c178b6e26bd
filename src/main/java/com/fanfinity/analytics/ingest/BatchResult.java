package com.fanfinity.analytics.ingest;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import com.fasterxml.jackson.core.JsonGenerator;

import com.fanfinity.analytics.event.Decoded;
import com.fanfinity.analytics.http.Problem;

/// What became of a batch, event by event.
///
/// @param accepted how many were accepted
/// @param rejected those that break the rules
/// @param unavailable those that Kafka did not take in time
record BatchResult(int accepted, List<RejectedEvent> rejected, List<UnavailableEvent> unavailable) {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    /// @param index the place in the batch, from 0
    record RejectedEvent(int index, Decoded.Invalid invalid) {}

    /// @param index the place in the batch, from 0
    /// @param eventId its own or the one made for it: sent again with it, it counts once, whether Kafka has it or not
    record UnavailableEvent(int index, UUID eventId) {}

    /// 202 if all were accepted, 207 if some were; of a batch of which none was see {@link #toProblem}.
    int status() {
        return rejected.isEmpty() && unavailable.isEmpty() ? 202 : 207;
    }

    /// The problem that nothing was accepted; empty if something was.
    Optional<Problem> toProblem() {
        if (accepted > 0) {
            return Optional.empty();
        }
        Problem problem = unavailable.isEmpty()
                ? Problem.of(400, "invalid-event", "No valid event", "No event of the batch is valid; see rejected.")
                : Problem.unavailable(
                        "Kafka acknowledged no event in time, so none was accepted. Send those in unavailable again,"
                                + " each with its eventId from unavailableEventIds.",
                        RETRY_AFTER);
        return Optional.of(problem.with(this::write));
    }

    void write(JsonGenerator json) throws IOException {
        json.writeNumberField("accepted", accepted);
        json.writeArrayFieldStart("rejected");
        for (RejectedEvent one : rejected) {
            json.writeStartObject();
            json.writeNumberField("index", one.index());
            if (one.invalid().eventId().isPresent()) {
                json.writeStringField("eventId", one.invalid().eventId().get());
            } else {
                json.writeNullField("eventId");
            }
            Problem.writeFaults(json, one.invalid().faults());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("unavailable");
        for (UnavailableEvent one : unavailable) {
            json.writeNumber(one.index());
        }
        json.writeEndArray();
        if (!unavailable.isEmpty()) {
            json.writeArrayFieldStart("unavailableEventIds");
            for (UnavailableEvent one : unavailable) {
                json.writeString(one.eventId().toString());
            }
            json.writeEndArray();
        }
    }
}
