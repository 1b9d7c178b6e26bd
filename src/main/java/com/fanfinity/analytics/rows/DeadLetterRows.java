package com.fanfinity.analytics.rows;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

import com.fanfinity.analytics.clickhouse.RowBinary;
import com.fanfinity.analytics.event.DeadReason;
import com.fanfinity.analytics.event.RecordHeaders;

/// Maps dead letters to rows of `dead_letters`. Every record has a row.
final class DeadLetterRows implements RowMapper {

    private static final byte[] NONE = new byte[0];

    @Override
    public MappingResult map(ConsumerRecord<byte[], byte[]> record) {
        return new MappingResult.Mapped(row(record, RecordHeaders.text(record.headers(), RecordHeaders.REASON),
                RecordHeaders.text(record.headers(), RecordHeaders.DETAIL),
                RecordHeaders.text(record.headers(), RecordHeaders.SOURCE_TOPIC),
                RecordHeaders.number(record.headers(), RecordHeaders.SOURCE_PARTITION).orElse(-1),
                RecordHeaders.number(record.headers(), RecordHeaders.SOURCE_OFFSET).orElse(-1)));
    }

    /// A record of another topic that has no row in that topic's table. Its source is the place at which the sink
    /// read it.
    static Row unstorable(ConsumerRecord<byte[], byte[]> record, String detail) {
        return row(record, DeadReason.UNSTORABLE.wireName(), detail, record.topic(), record.partition(),
                record.offset());
    }

    private static Row row(ConsumerRecord<byte[], byte[]> record, String reason, String detail, String topic,
            long partition, long offset) {
        ReceivedAt received = ReceivedAt.of(record);
        byte[] bytes = new RowBinary().string(reason).string(detail).string(topic).int32((int) partition).int64(offset)
                .string(Optional.ofNullable(record.key()).orElse(NONE))
                .string(Optional.ofNullable(record.value()).orElse(NONE))
                .texts(headers(record)).int64(received.micros()).string(record.topic()).int32(record.partition())
                .int64(record.offset()).string(RecordHeaders.producer(record.headers()))
                .toBytes();
        return new Row(Table.DEAD, received.month(), bytes, "", 0, record);
    }

    /// The last value of each name, like Kafka's `lastHeader`.
    private static Map<String, byte[]> headers(ConsumerRecord<byte[], byte[]> record) {
        Map<String, byte[]> headers = new TreeMap<>();
        for (Header header : record.headers()) {
            headers.put(header.key(), header.value() == null ? NONE : header.value());
        }
        return headers;
    }
}
