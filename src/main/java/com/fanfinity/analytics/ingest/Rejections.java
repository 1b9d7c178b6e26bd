package com.fanfinity.analytics.ingest;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.event.Decoded;
import com.fanfinity.analytics.event.Fault;
import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.event.JsonSize;
import com.fanfinity.analytics.event.RawJson;
import com.fanfinity.analytics.http.Problem.FieldError;

/// The rejected events of a batch for its answer, within bounds.
///
/// Thousands of small events can each have 32 faults: without a bound, the answer is 20 times as long as the request.
/// If all faults together are longer than {@link #MAX_WHOLE_BYTES}, each event keeps only its first one, shortened.
final class Rejections {

    /// The greatest length of the list with all faults.
    static final int MAX_WHOLE_BYTES = 1 << 20;

    private static final int MAX_ID_BYTES = 120;
    private static final int MAX_TEXT_BYTES = 240;

    /// The length of an event with a shortened fault is at most this: id, field and message, a code of at most 14
    /// bytes, and 90 for the rest.
    static final int MAX_CUT_BYTES = MAX_ID_BYTES + 2 * MAX_TEXT_BYTES + 14 + 90;

    /// @param index the position in the batch, from 0
    /// @param eventId the id as sent; null if it could not be read
    private record RejectedEvent(int index, @Nullable String eventId, List<FieldError> errors) {

        private RejectedEvent cut() {
            FieldError first = errors.getFirst();
            return new RejectedEvent(index, eventId == null ? null : JsonSize.shorten(eventId, MAX_ID_BYTES),
                    List.of(new FieldError(JsonSize.shorten(first.field(), MAX_TEXT_BYTES), first.code(),
                            JsonSize.shorten(first.message(), MAX_TEXT_BYTES))));
        }
    }

    private final List<RejectedEvent> events = new ArrayList<>();
    private boolean truncated;

    /// The length in JSON is at least this.
    private long minLength;

    private Optional<RawJson> written = Optional.empty();
    private int length;

    void add(int index, Decoded.Invalid invalid) {
        RejectedEvent event = new RejectedEvent(index, invalid.eventId().orElse(null),
                FieldError.of(truncated ? invalid.faults().subList(0, 1) : invalid.faults()));
        events.add(truncated ? event.cut() : event);
        for (Fault fault : invalid.faults()) {
            minLength += fault.field().length() + fault.message().length();
        }
        if (minLength > MAX_WHOLE_BYTES) {
            truncate();
        }
    }

    boolean isEmpty() {
        return events.isEmpty();
    }

    boolean isTruncated() {
        return truncated;
    }

    /// Removes all but the first fault of each event.
    void truncate() {
        if (!truncated) {
            truncated = true;
            events.replaceAll(RejectedEvent::cut);
            written = Optional.empty();
        }
    }

    /// The list as JSON, truncated if it must be. No event can be added afterwards.
    RawJson toJson() {
        if (written.isEmpty()) {
            byte[] json = Json.toBytes(events);
            if (json.length > MAX_WHOLE_BYTES && !truncated) {
                truncate();
                json = Json.toBytes(events);
            }
            length = json.length;
            written = Optional.of(RawJson.of(json));
        }
        return written.get();
    }

    /// The number of bytes of {@link #toJson}.
    int length() {
        toJson();
        return length;
    }
}
