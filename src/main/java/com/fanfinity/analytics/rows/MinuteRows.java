package com.fanfinity.analytics.rows;

import java.time.Instant;
import java.util.Optional;

import org.apache.kafka.clients.consumer.ConsumerRecord;

import com.fanfinity.analytics.clickhouse.RowBinary;

/// Maps minutes of matches to rows of `match_minutes`. The newest version of a minute counts.
final class MinuteRows implements RowMapper {

    @Override
    public MappingResult map(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return new MappingResult.Skipped();
        }
        Optional<JsonBody> body = JsonBody.parse(record.value());
        if (body.isEmpty()) {
            return new MappingResult.Unstorable("a minute is not a JSON object");
        }
        Optional<String> match = body.get().at("matchId").text();
        Optional<Instant> minute = body.get().at("minute").time();
        if (match.isEmpty() || minute.isEmpty() || body.get().at("version").count().isEmpty()) {
            return new MappingResult.Unstorable("a minute lacks matchId, minute or version");
        }
        return new MappingResult.Mapped(row(body.get(), match.get(), minute.get(), record));
    }

    private static Row row(JsonBody body, String match, Instant minute, ConsumerRecord<byte[], byte[]> record) {
        long version = body.at("version").countOrZero();
        byte[] bytes = new RowBinary().string(match).int64(minute.getEpochSecond()).int64(body.at("events").countOrZero())
                .counts(body.at("byType").counts()).counts(body.at("byTeam").counts()).int64(version).int32(record.partition())
                .int64(record.offset()).toBytes();
        return new Row(Table.MINUTES, 0, bytes, match + '/' + minute.getEpochSecond(), version, record);
    }
}
