package com.fanfinity.analytics.ingest;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import com.fasterxml.jackson.annotation.JsonInclude;

import com.fanfinity.analytics.event.RawJson;
import com.fanfinity.analytics.http.Problem;

/// The body of the response to a batch: at most 1 MiB with all faults, and at most 4 MiB in any case.
///
/// @param accepted the number of accepted events
/// @param rejected the invalid events
/// @param unavailable the indexes of the events that Kafka did not acknowledge in time
/// @param unavailableEventIds their ids, in the same order. An event that is sent again under its id counts once, even
///        if Kafka wrote it the first time.
/// @param truncated whether `rejected` has only the first fault of each event, because all faults would be too long
record BatchResult(int accepted, RawJson rejected, List<Integer> unavailable,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<UUID> unavailableEventIds,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean truncated) {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private static final RawJson NO_EVENTS = new RawJson("[]");

    /// An index with its comma, and an id with quotes and comma.
    static final int BYTES_OF_UNAVAILABLE = 5 + 39;

    /// All members but `rejected` and the unavailable events, including those of a problem.
    private static final int BYTES_OF_FRAME = 2 << 10;

    static BatchResult of(int accepted, Rejections rejections, List<Integer> unavailable,
            List<UUID> unavailableEventIds) {
        if (maxBytes(rejections, unavailable.size()) > Rejections.MAX_WHOLE_BYTES && !rejections.isEmpty()) {
            rejections.truncate();
        }
        return new BatchResult(accepted, rejections.toJson(), unavailable, unavailableEventIds,
                rejections.isTruncated());
    }

    /// The length of the answer is at most this.
    ///
    /// @param unavailable the number of events that Kafka did not acknowledge
    static long maxBytes(Rejections rejections, int unavailable) {
        return rejections.length() + (long) unavailable * BYTES_OF_UNAVAILABLE + BYTES_OF_FRAME;
    }

    /// The status if at least one event was accepted: 202 if all were, else 207.
    int status() {
        return rejected.equals(NO_EVENTS) && unavailable.isEmpty() ? 202 : 207;
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
