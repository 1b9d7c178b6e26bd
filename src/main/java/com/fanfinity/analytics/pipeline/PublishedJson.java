package com.fanfinity.analytics.pipeline;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

import com.fanfinity.analytics.event.Timestamps;

/// The values of `match-minutes` and `match-stats`.
final class PublishedJson {

    private static final JsonFactory JSON = new JsonFactory();

    private interface Body {
        void write(JsonGenerator json) throws IOException;
    }

    private PublishedJson() {}

    static byte[] stats(String matchId, MatchStats stats, long now) {
        return object(json -> MetricsJson.writeMembers(json, matchId, stats, now));
    }

    /// @param minute minutes since the epoch
    static byte[] minute(String matchId, long minute, MinuteStats stats) {
        return object(json -> {
            json.writeStringField("matchId", matchId);
            json.writeStringField("minute", Timestamps.formatMillis(minute * 60_000));
            json.writeNumberField("events", stats.events());
            MetricsJson.byType(json, "byType", stats.byType());
            MetricsJson.numbers(json, "byTeam", stats.byTeam());
            json.writeNumberField("version", stats.events());
        });
    }

    private static byte[] object(Body body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            body.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return out.toByteArray();
    }
}
