package com.fanfinity.analytics.rows;

import java.util.Optional;

import org.apache.kafka.clients.consumer.ConsumerRecord;

import com.fanfinity.analytics.clickhouse.RowBinary;
import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.event.MatchMinute;

/// Maps minutes of matches to rows of `match_minutes`. The newest version of a minute counts.
final class MinuteRows implements RowMapper {

    @Override
    public MappingResult map(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return new MappingResult.Skipped();
        }
        Optional<MatchMinute> read = Json.read(record.value(), MatchMinute.class);
        if (read.isEmpty() || read.get().version() < 1) {
            return new MappingResult.Unstorable("not a minute with matchId, minute and version");
        }
        return new MappingResult.Mapped(row(read.get(), record));
    }

    private static Row row(MatchMinute minute, ConsumerRecord<byte[], byte[]> record) {
        long start = minute.minute().getEpochSecond();
        byte[] bytes = new RowBinary().string(minute.matchId()).int64(start).count(minute.events())
                .counts(minute.byType())
                .counts(minute.byTeam()).int64(minute.version()).int32(record.partition()).int64(record.offset())
                .toBytes();
        return new Row(Table.MINUTES, 0, bytes, minute.matchId() + '/' + start, minute.version(), record);
    }
}
