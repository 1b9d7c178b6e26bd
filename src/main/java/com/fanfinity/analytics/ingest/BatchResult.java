package com.fanfinity.analytics.ingest;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.event.Decoded;
import com.fanfinity.analytics.http.Problem;

/// The body of the response to a batch.
///
/// @param accepted the number of accepted events
/// @param rejected the invalid events
/// @param unavailable the indexes of the events that Kafka did not acknowledge in time
/// @param unavailableEventIds their ids, in the same order. An event that is sent again under its id counts once, even
///        if Kafka wrote it the first time.
record BatchResult(int accepted, List<RejectedEvent> rejected, List<Integer> unavailable,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<UUID> unavailableEventIds) {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    /// @param index the position in the batch, from 0
    /// @param eventId the id as sent; null if it could not be read
    record RejectedEvent(int index, @Nullable String eventId, List<Problem.FieldError> errors) {

        static RejectedEvent of(int index, Decoded.Invalid invalid) {
            return new RejectedEvent(index, invalid.eventId().orElse(null), Problem.FieldError.of(invalid.faults()));
        }
    }

    /// The status if at least one event was accepted: 202 if all were, else 207.
    int status() {
        return rejected.isEmpty() && unavailable.isEmpty() ? 202 : 207;
    }

    /// The problem to answer with if no event was accepted; empty otherwise.
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
        return Optional.of(problem.with(this));
    }
}
