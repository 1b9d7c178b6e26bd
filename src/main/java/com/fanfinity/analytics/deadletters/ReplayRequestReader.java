package com.fanfinity.analytics.deadletters;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

import com.fanfinity.analytics.event.DeadReason;
import com.fanfinity.analytics.event.EventRules;
import com.fanfinity.analytics.event.Fault;
import com.fanfinity.analytics.event.Fault.Code;
import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.event.Timestamps;
import com.fanfinity.analytics.event.Utf8;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;

/// Reads the body of a replay: `ids`, or `reason` with optional `from`, `to`, `cursor` and `limit`. Reports all faults
/// together.
final class ReplayRequestReader {

    private static final Set<String> BY_REASON = Set.of("reason", "from", "to", "cursor", "limit");

    private static final ObjectMapper JSON = JsonMapper.builder(Json.withoutTableOfNames())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private final JsonNode body;
    private final List<Fault> faults = new ArrayList<>();

    private ReplayRequestReader(JsonNode body) {
        this.body = body;
    }

    /// @throws ProblemException 400 with all faults
    static ReplayRequest read(byte[] json) {
        ReplayRequestReader reader = new ReplayRequestReader(parse(json));
        Optional<? extends ReplayRequest> request = reader.request();
        if (!reader.faults.isEmpty() || request.isEmpty()) {
            throw new ProblemException(Problem.badRequest("The replay request is invalid; see errors.")
                    .withErrors(reader.faults));
        }
        return request.get();
    }

    private static JsonNode parse(byte[] json) {
        try {
            JsonNode body = Utf8.faultOf(json).isPresent() ? null : JSON.readTree(json);
            if (body != null && body.isObject()) {
                return body;
            }
        } catch (IOException _) {
            // reported below
        }
        throw new ProblemException(
                Problem.badRequest("The request body must be one JSON object in UTF-8 without duplicate keys."));
    }

    private Optional<? extends ReplayRequest> request() {
        body.fieldNames().forEachRemaining(name -> {
            if (!name.equals("ids") && !BY_REASON.contains(name)) {
                fault(EventRules.shortened(name), Code.UNKNOWN_FIELD,
                        "unknown field; allowed are ids, reason, from, to, cursor and limit");
            }
        });
        boolean byReason = BY_REASON.stream().anyMatch(body::has);
        if (body.has("ids") == byReason) {
            return fault(Fault.WHOLE, byReason ? Code.FORMAT : Code.REQUIRED,
                    "must have either ids or reason; with reason, from, to, cursor and limit are optional");
        }
        return byReason ? byReason() : byIds();
    }

    private Optional<ReplayRequest.ByIds> byIds() {
        JsonNode ids = body.get("ids");
        if (!ids.isArray()) {
            return fault("ids", Code.TYPE, "must be an array");
        }
        if (ids.isEmpty() || ids.size() > ReplayRequest.MOST) {
            return fault("ids", Code.LENGTH, "must hold 1 to " + ReplayRequest.MOST + " ids");
        }
        Set<DeadLetterId> read = new LinkedHashSet<>();
        for (int i = 0; i < ids.size(); i++) {
            Optional<DeadLetterId> id = Optional.ofNullable(ids.get(i).textValue()).flatMap(DeadLetterId::parse);
            if (id.isEmpty() && faults.size() < 32) {
                fault("ids[" + i + "]", Code.FORMAT, "must be " + DeadLetterId.FORM);
            }
            id.ifPresent(read::add);
        }
        return Optional.of(new ReplayRequest.ByIds(List.copyOf(read)));
    }

    private Optional<ReplayRequest.ByReason> byReason() {
        List<String> names = Arrays.stream(DeadReason.values()).map(DeadReason::wireName).toList();
        Optional<DeadReason> reason = text("reason", "must be one of " + String.join(", ", names),
                text -> Arrays.stream(DeadReason.values()).filter(known -> known.wireName().equals(text)).findFirst());
        if (!body.has("reason")) {
            fault("reason", Code.REQUIRED, "is missing");
        }
        TimeRange span = new TimeRange(time("from"), time("to"));
        if (span.isEmpty()) {
            fault("from", Code.FORMAT, "must be before to");
        }
        Optional<DeadLetterPosition> after = text("cursor", "must be the nextCursor of a previous response",
                text -> Optional.of(DeadLetterPosition.ofCursor(text)));
        int limit = limit();
        return reason.map(known -> new ReplayRequest.ByReason(known, span, after, limit));
    }

    private Optional<Instant> time(String name) {
        return text(name, "must be an RFC 3339 time with an offset", Timestamps::parse);
    }

    private int limit() {
        JsonNode limit = body.get("limit");
        if (limit == null) {
            return ReplayRequest.MOST;
        }
        if (!limit.isInt() || limit.intValue() < 1 || limit.intValue() > ReplayRequest.MOST) {
            fault("limit", Code.FORMAT, "must be a number from 1 to " + ReplayRequest.MOST);
            return 1;
        }
        return limit.intValue();
    }

    private <T> Optional<T> text(String name, String expected, Function<String, Optional<T>> read) {
        JsonNode value = body.get(name);
        if (value == null) {
            return Optional.empty();
        }
        Optional<T> taken = Optional.ofNullable(value.textValue()).flatMap(read);
        return taken.isPresent() ? taken : fault(name, value.isTextual() ? Code.FORMAT : Code.TYPE, expected);
    }

    private <T> Optional<T> fault(String field, Code code, String message) {
        faults.add(new Fault(field, code, message));
        return Optional.empty();
    }
}
