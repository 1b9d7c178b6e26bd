package com.fanfinity.analytics.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonGenerator;

import com.fanfinity.analytics.event.Timestamps;

/// Letters as the API tells of them.
final class DeadLetterJson {

    private DeadLetterJson() {}

    /// Writes what a list says of a letter.
    static void writeHead(JsonGenerator json, DeadLetter letter, Optional<ReplayAudit> standing) throws IOException {
        json.writeStringField("id", letter.id().toString());
        json.writeStringField("reason", letter.reason());
        json.writeStringField("detail", letter.detail());
        json.writeStringField("receivedAt", Timestamps.format(letter.receivedAt()));
        json.writeObjectFieldStart("source");
        json.writeStringField("topic", letter.sourceTopic());
        json.writeNumberField("partition", letter.sourcePartition());
        json.writeNumberField("offset", letter.sourceOffset());
        json.writeEndObject();
        json.writeStringField("key", new String(letter.key(), UTF_8));
        json.writeNumberField("size", letter.size());
        if (standing.isPresent()) {
            json.writeObjectFieldStart("replay");
            json.writeStringField("outcome", standing.get().outcome());
            json.writeStringField("at", Timestamps.format(standing.get().at()));
            json.writeEndObject();
        } else {
            json.writeNullField("replay");
        }
    }

    /// Writes what is only told of one letter: its headers, its value, its history.
    static void writeContent(JsonGenerator json, DeadLetterContent content, List<ReplayAudit> history) throws IOException {
        json.writeObjectFieldStart("headers");
        for (Map.Entry<String, byte[]> header : content.headers().entrySet()) {
            json.writeStringField(header.getKey(), new String(header.getValue(), UTF_8));
        }
        json.writeEndObject();
        Optional<String> text = text(content.raw());
        json.writeStringField("rawEncoding", text.isPresent() ? "utf-8" : "base64");
        json.writeStringField("raw", text.orElseGet(() -> Base64.getEncoder().encodeToString(content.raw())));
        json.writeArrayFieldStart("history");
        for (ReplayAudit audit : history) {
            json.writeStartObject();
            json.writeStringField("outcome", audit.outcome());
            json.writeStringField("at", Timestamps.format(audit.at()));
            json.writeStringField("by", audit.by());
            json.writeStringField("requestId", audit.requestId());
            json.writeStringField("detail", audit.detail());
            json.writeStringField("eventId", audit.eventId());
            json.writeStringField("matchId", audit.matchId());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /// Writes a text, or null.
    static void writeText(JsonGenerator json, String name, Optional<String> text) throws IOException {
        if (text.isPresent()) {
            json.writeStringField(name, text.get());
        } else {
            json.writeNullField(name);
        }
    }

    /// Empty if the bytes are not text in UTF-8.
    private static Optional<String> text(byte[] bytes) {
        try {
            return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException _) {
            return Optional.empty();
        }
    }
}
