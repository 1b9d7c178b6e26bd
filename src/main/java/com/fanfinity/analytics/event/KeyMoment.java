package com.fanfinity.analytics.event;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import org.jspecify.annotations.Nullable;

/// A key moment of a match, as the topic `match-moments` stores it and as the list of moments returns it.
///
/// @param metadata a JSON object on one line
/// @param score goals by team after the event; absent in the list of moments
/// @param shootout goals of the penalty shoot-out by team after the event; absent in the list of moments
@JsonInclude(Include.NON_NULL)
public record KeyMoment(UUID eventId, String matchId, EventType eventType, Instant timestamp, @Nullable String teamId,
        @Nullable String playerId,
        @JsonRawValue @JsonDeserialize(using = RawJsonReader.class) @Nullable String metadata,
        @Nullable Map<String, Long> score, @Nullable Map<String, Long> shootout, boolean retracted) {

    public KeyMoment {
        requireNonNull(eventId, "eventId is null");
        requireNonNull(matchId, "matchId is null");
        requireNonNull(eventType, "eventType is null");
        requireNonNull(timestamp, "timestamp is null");
    }

    /// Reads any JSON value as its text.
    static final class RawJsonReader extends StdDeserializer<String> {

        private static final long serialVersionUID = 1;

        RawJsonReader() {
            super(String.class);
        }

        @Override
        public String deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            StringWriter text = new StringWriter();
            try (JsonGenerator out = parser.getCodec().getFactory().createGenerator(text)) {
                out.copyCurrentStructureExact(parser);
            }
            return text.toString();
        }
    }
}
