package com.fanfinity.analytics.event;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import com.fasterxml.jackson.databind.type.LogicalType;
import org.jspecify.annotations.Nullable;

/// Records to and from JSON, with the one mapper of the service. Safe for use by several threads.
///
/// Times are RFC 3339 in UTC with milliseconds. Readers ignore members that they do not know. A missing member is null,
/// or 0.
public final class Json {

    /// Records contain names that clients chose, such as ids of teams. A table of names would keep them.
    private static final ObjectMapper MAPPER = JsonMapper.builder(withoutTableOfNames()).addModule(times())
            .visibility(PropertyAccessor.IS_GETTER, Visibility.NONE)
            .withCoercionConfig(LogicalType.Textual,
                    text -> text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    /// The members of an object, written one by one.
    public interface Members {
        void write(JsonGenerator json) throws IOException;
    }

    private Json() {}

    /// The JSON of a record in UTF-8.
    public static byte[] toBytes(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
    }

    /// The JSON of a record as text.
    public static String toText(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
    }

    /// Reads a record.
    ///
    /// @return empty if the bytes are not the JSON of such a record
    public static <T> Optional<T> read(byte[] json, Class<T> type) {
        try {
            return Optional.ofNullable(MAPPER.readValue(json, type));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /// An object in UTF-8.
    public static byte[] object(Members members) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try (JsonGenerator json = MAPPER.createGenerator(out)) {
            json.writeStartObject();
            members.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return out.toByteArray();
    }

    /// A factory for bytes that contain names from clients.
    public static JsonFactory withoutTableOfNames() {
        return JsonFactory.builder().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build();
    }

    /// The default for a member that an older version did not write.
    static <T> T orElse(@Nullable T value, T absent) {
        return value == null ? absent : value;
    }

    private static SimpleModule times() {
        return new SimpleModule("times").addSerializer(Instant.class, new TimeWriter()).addDeserializer(Instant.class,
                new TimeReader());
    }

    private static final class TimeWriter extends StdScalarSerializer<Instant> {

        private static final long serialVersionUID = 1;

        TimeWriter() {
            super(Instant.class);
        }

        @Override
        public void serialize(Instant time, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeString(Timestamps.format(time));
        }
    }

    private static final class TimeReader extends StdScalarDeserializer<Instant> {

        private static final long serialVersionUID = 1;

        TimeReader() {
            super(Instant.class);
        }

        @Override
        public Instant deserialize(JsonParser json, DeserializationContext context) throws IOException {
            String text = json.getValueAsString("");
            return Timestamps.parse(text)
                    .orElseThrow(() -> context.weirdStringException(text, Instant.class,
                            "not an RFC 3339 time with an offset"));
        }
    }
}
