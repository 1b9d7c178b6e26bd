package com.fanfinity.analytics.rows;

import java.time.Instant;
import java.util.UUID;

import org.apache.kafka.clients.consumer.ConsumerRecord;

import com.fanfinity.analytics.clickhouse.RowBinary;
import com.fanfinity.analytics.event.Decoded;
import com.fanfinity.analytics.event.EventCodec;
import com.fanfinity.analytics.event.EventRules;
import com.fanfinity.analytics.event.MatchEvent;
import com.fanfinity.analytics.event.MatchEvent.Retraction;
import com.fanfinity.analytics.event.RecordHeaders;

/// Maps accepted events to rows of `match_events`.
final class EventRows implements RowMapper {

    private static final EventCodec CODEC = new EventCodec(EventRules.ofAccepted());

    /// Of an event without an id, which is unstorable, and in the column `retracts` of an event that retracts nothing.
    private static final UUID NO_ID = new UUID(0, 0);

    @Override
    public MappingResult map(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return new MappingResult.Unstorable("an accepted event has no value");
        }
        return switch (CODEC.decode(record.value(), Instant.EPOCH, () -> NO_ID)) {
            case Decoded.Valid(MatchEvent event, boolean idGiven) when idGiven ->
                new MappingResult.Mapped(row(event, record));
            case Decoded.Valid _ -> new MappingResult.Unstorable("an accepted event has no eventId");
            case Decoded.Invalid(var faults, _) -> new MappingResult.Unstorable(
                    "an accepted event breaks the rules: " + faults.getFirst().field() + " "
                            + faults.getFirst().code().wireName());
        };
    }

    private static Row row(MatchEvent event, ConsumerRecord<byte[], byte[]> record) {
        ReceivedAt received = ReceivedAt.of(record);
        long accepted = RecordHeaders.number(record.headers(), RecordHeaders.ACCEPTED_NUMBER).orElse(0);
        String sent = event.metadata().orElse("");
        String readable = ReadableJson.of(sent);
        UUID retracts = event.detail() instanceof Retraction(UUID target) ? target : NO_ID;
        byte[] bytes = new RowBinary().uuid(event.eventId()).string(event.matchId()).string(event.type().wireName())
                .int64(event.timestamp().toEpochMilli()).string(event.teamId().orElse(""))
                .string(event.playerId().orElse(""))
                .string(readable).int64(received.micros()).int32(record.partition())
                .int64(record.offset())
                .int32((int) RecordHeaders.number(record.headers(), RecordHeaders.SOURCE_PARTITION).orElse(-1))
                .int64(accepted).int64(accepted).string(readable.equals(sent) ? "" : sent).uuid(retracts)
                .string(RecordHeaders.producer(record.headers())).toBytes();
        return new Row(Table.EVENTS, received.month(), bytes, "", 0, record);
    }
}
