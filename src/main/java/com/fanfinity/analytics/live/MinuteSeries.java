package com.fanfinity.analytics.live;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import com.fanfinity.analytics.event.Json;

/// Values of `match-minutes` as the pages get them: with the members of a window of the timeline.
final class MinuteSeries {

    /// @param start as in the JSON
    /// @param minute since the epoch
    /// @param window JSON
    record Row(String start, long minute, long events, byte[] window) {}

    private static final JsonFactory JSON = new JsonFactory();

    private MinuteSeries() {}

    /// @return empty if it is none
    static Optional<Row> read(byte[] value) {
        String[] start = {""};
        long[] events = {-1};
        byte[] window;
        try (JsonParser in = JSON.createParser(value)) {
            in.nextToken();
            window = Json.object(out -> {
                while (in.nextToken() == JsonToken.FIELD_NAME) {
                    String field = in.currentName();
                    in.nextToken();
                    switch (field) {
                        case "minute" -> {
                            start[0] = in.getText();
                            out.writeStringField("start", start[0]);
                        }
                        case "events" -> {
                            events[0] = in.getLongValue();
                            out.writeNumberField("events", events[0]);
                        }
                        case "byType", "byTeam" -> {
                            out.writeFieldName(field);
                            out.copyCurrentStructure(in);
                        }
                        default -> in.skipChildren();
                    }
                }
            });
            return events[0] < 0
                    ? Optional.empty()
                    : Optional.of(new Row(start[0], Instant.parse(start[0]).getEpochSecond() / 60, events[0], window));
        } catch (IOException | UncheckedIOException | DateTimeParseException _) {
            return Optional.empty();
        }
    }

    static byte[] join(Collection<byte[]> windows) {
        return Json.object(json -> {
            json.writeArrayFieldStart("windows");
            for (byte[] window : windows) {
                json.writeRawValue(new String(window, UTF_8));
            }
            json.writeEndArray();
        });
    }
}
