package com.fanfinity.analytics.event;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

/// Writing JSON to memory.
public final class Json {

    private static final JsonFactory FACTORY = new JsonFactory();

    /// What is inside of the object.
    public interface Members {
        void write(JsonGenerator json) throws IOException;
    }

    private Json() {}

    /// An object in UTF-8.
    public static byte[] object(Members members) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            members.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return out.toByteArray();
    }
}
