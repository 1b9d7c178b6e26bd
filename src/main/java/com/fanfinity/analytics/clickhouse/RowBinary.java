package com.fanfinity.analytics.clickhouse;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

import com.clickhouse.client.api.data_formats.RowBinaryFormatSerializer;

/// One row in ClickHouse's RowBinary: the columns one after another, without names and types.
public final class RowBinary {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    private final RowBinaryFormatSerializer out = new RowBinaryFormatSerializer(bytes);

    private interface Write {
        void run() throws IOException;
    }

    public RowBinary uuid(UUID value) {
        return write(() -> {
            out.writeInt64(value.getMostSignificantBits());
            out.writeInt64(value.getLeastSignificantBits());
        });
    }

    public RowBinary string(String value) {
        return string(value.getBytes(UTF_8));
    }

    /// Strings in ClickHouse are bytes, so invalid UTF-8 is stored unchanged.
    public RowBinary string(byte[] value) {
        return write(() -> out.writeString(value));
    }

    public RowBinary int32(int value) {
        return write(() -> out.writeInt32(value));
    }

    /// Also `UInt64`, and `DateTime64` as ticks since the epoch.
    public RowBinary int64(long value) {
        return write(() -> out.writeInt64(value));
    }

    public RowBinary float64(double value) {
        return write(() -> out.writeFloat64(value));
    }

    public RowBinary nullableMillis(Optional<Instant> value) {
        return write(() -> {
            if (value.isEmpty()) {
                out.writeNull();
            } else {
                out.writeNotNull();
                out.writeInt64(value.get().toEpochMilli());
            }
        });
    }

    public RowBinary nullableSeconds(Optional<Instant> value) {
        return write(() -> {
            if (value.isEmpty()) {
                out.writeNull();
            } else {
                out.writeNotNull();
                out.writeInt64(value.get().getEpochSecond());
            }
        });
    }

    public RowBinary nullableFloat64(OptionalDouble value) {
        return write(() -> {
            if (value.isEmpty()) {
                out.writeNull();
            } else {
                out.writeNotNull();
                out.writeFloat64(value.getAsDouble());
            }
        });
    }

    /// An unsigned count; a negative one is written as 0.
    public RowBinary count(long value) {
        return int64(Math.max(0, value));
    }

    /// Unsigned counts, in the order of their names; negative ones are left out.
    public RowBinary counts(Map<String, Long> map) {
        SortedMap<String, Long> counts = new TreeMap<>(map);
        counts.values().removeIf(value -> value == null || value < 0);
        return write(() -> {
            RowBinaryFormatSerializer.writeSize(bytes, counts.size());
            for (Map.Entry<String, Long> entry : counts.entrySet()) {
                out.writeString(entry.getKey().getBytes(UTF_8));
                out.writeInt64(entry.getValue());
            }
        });
    }

    public RowBinary texts(Map<String, byte[]> map) {
        return write(() -> {
            RowBinaryFormatSerializer.writeSize(bytes, map.size());
            for (Map.Entry<String, byte[]> entry : map.entrySet()) {
                out.writeString(entry.getKey().getBytes(UTF_8));
                out.writeString(entry.getValue());
            }
        });
    }

    public byte[] toBytes() {
        return bytes.toByteArray();
    }

    private RowBinary write(Write write) {
        try {
            write.run();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return this;
    }
}
