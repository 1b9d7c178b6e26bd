package com.fanfinity.analytics.simulator;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.function.Supplier;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;

/// A parsed line of the file. Only the service validates events.
sealed interface ReplayLine {

    /// @param at its timestamp, if it can be parsed
    record EventLine(WireEvent event, Optional<Instant> at) implements ReplayLine {}

    /// A line that is not a JSON object. It is not sent, because it would invalidate its request.
    record UnreadableLine(long number, String reason) implements ReplayLine {}

    /// Parses a line. An event without an `eventId` gets one from `newId`, so that every retry is the same event. The
    /// rest of the line is unchanged.
    static ReplayLine parse(long number, String text, Supplier<String> newId) {
        try (JsonParser parser = ServiceResponse.JsonBody.MAPPER.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return new UnreadableLine(number, "not a JSON object");
            }
            boolean hasId = false;
            String match = "";
            Optional<Instant> at = Optional.empty();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                JsonToken value = parser.nextToken();
                switch (field) {
                    case "eventId" -> hasId = true;
                    case "matchId" -> match = value == JsonToken.VALUE_STRING ? parser.getText() : match;
                    case "timestamp" -> at = value == JsonToken.VALUE_STRING ? instant(parser.getText()) : at;
                    default -> parser.skipChildren();
                }
                parser.skipChildren();
            }
            if (parser.nextToken() != null) {
                return new UnreadableLine(number, "more than one JSON object");
            }
            return new EventLine(new WireEvent(match, number, hasId ? text : withId(text, newId.get())), at);
        } catch (JsonProcessingException e) {
            return new UnreadableLine(number, "not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new IllegalStateException("reading from a string cannot fail", e);
        }
    }

    private static String withId(String text, String id) {
        int afterBrace = text.indexOf('{') + 1;
        boolean empty = text.substring(afterBrace).stripLeading().startsWith("}");
        return "{\"eventId\":\"" + id + "\"" + (empty ? "" : ",") + text.substring(afterBrace);
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException _) {
            return Optional.empty(); // sent at once; the service validates it
        }
    }
}
