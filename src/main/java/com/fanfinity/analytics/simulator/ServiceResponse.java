package com.fanfinity.analytics.simulator;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;

import com.fanfinity.analytics.simulator.SendOutcome.Rejection;

/// A classified HTTP response. The decision whether to retry is made only here.
sealed interface ServiceResponse {

    /// The service answered for each event; it could not write those in `again`.
    record Processed(int accepted, List<Rejection> rejections, List<WireEvent> again,
            Optional<Duration> after) implements ServiceResponse {}

    /// No event was accepted; the same request may succeed later.
    record RetryLater(String reason, Optional<Duration> after) implements ServiceResponse {}

    /// No event was accepted, and a retry cannot help.
    record PermanentFailure(String reason) implements ServiceResponse {}

    /// @param retryAfter the header as received
    /// @param now the time that an HTTP date in `retryAfter` is compared with
    static ServiceResponse of(int status, String body, Optional<String> retryAfter, List<WireEvent> sent, Instant now) {
        Optional<Duration> after = retryAfter.flatMap(value -> parseRetryAfter(value, now));
        return switch (status) {
            case 200, 202 -> new Processed(sent.size(), List.of(), List.of(), after);
            case 207 -> partly(json(body), sent, after);
            case 400, 413, 422 -> new Processed(0, allRejected(status, json(body), sent), List.of(), after);
            case 408, 429, 500, 502, 503, 504 -> new RetryLater("HTTP " + status, after);
            default -> new PermanentFailure(describe(status, json(body)));
        };
    }

    private static Processed partly(JsonNode body, List<WireEvent> sent, Optional<Duration> after) {
        var again = new ArrayList<WireEvent>();
        body.path("unavailable").forEach(index -> event(sent, index).ifPresent(again::add));
        return new Processed(body.path("accepted").asInt(), rejections(body, sent), again, after);
    }

    private static List<Rejection> allRejected(int status, JsonNode body, List<WireEvent> sent) {
        List<Rejection> named = rejections(body, sent);
        if (named.size() == sent.size()) {
            return named;
        }
        String reason = describe(status, body);
        return sent.stream().map(event -> new Rejection(event.tag(), reason)).toList();
    }

    private static List<Rejection> rejections(JsonNode body, List<WireEvent> sent) {
        var rejections = new ArrayList<Rejection>();
        for (JsonNode rejected : body.path("rejected")) {
            event(sent, rejected.path("index"))
                    .ifPresent(event -> rejections.add(new Rejection(event.tag(), faults(rejected))));
        }
        return rejections;
    }

    private static Optional<WireEvent> event(List<WireEvent> sent, JsonNode index) {
        int i = index.asInt(-1);
        return i >= 0 && i < sent.size() ? Optional.of(sent.get(i)) : Optional.empty();
    }

    private static String describe(int status, JsonNode problem) {
        String faults = faults(problem);
        String detail = problem.path("detail").asText(problem.path("title").asText(""));
        return ("HTTP " + status + " " + (faults.isEmpty() ? detail : faults)).strip();
    }

    private static String faults(JsonNode holder) {
        var faults = new ArrayList<String>();
        holder.path("errors")
                .forEach(fault -> faults.add(fault.path("field").asText("") + ": " + fault.path("message").asText("")));
        return String.join("; ", faults);
    }

    private static JsonNode json(String body) {
        try {
            JsonNode node = JsonBody.MAPPER.readTree(body);
            return node == null ? MissingNode.getInstance() : node;
        } catch (JsonProcessingException _) {
            return MissingNode.getInstance(); // a proxy's page: the status is enough
        }
    }

    private static Optional<Duration> parseRetryAfter(String value, Instant now) {
        try {
            if (value.strip().chars().allMatch(Character::isDigit)) {
                return Optional.of(Duration.ofSeconds(Math.min(Long.parseLong(value.strip()), 86_400)));
            }
            Instant at = ZonedDateTime.parse(value.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
            return Optional.of(Duration.between(now, at)).filter(Duration::isPositive);
        } catch (DateTimeParseException | NumberFormatException _) {
            return Optional.empty(); // unreadable: the backoff applies
        }
    }

    /// The shared mapper: it is expensive to create and thread-safe.
    final class JsonBody {
        static final ObjectMapper MAPPER = new ObjectMapper();

        private JsonBody() {}
    }
}
