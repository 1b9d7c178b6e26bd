package com.fanfinity.analytics.sink;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

import com.fanfinity.analytics.clickhouse.RowBinary;
import com.fanfinity.analytics.event.DeadReason;
import com.fanfinity.analytics.event.RecordHeaders;

/// Dead letters as rows of `dead_letters`: any record at all has a row.
final class DeadLetterRows implements RowMapper {

    private static final byte[] NONE = new byte[0];

    @Override
    public MappingResult map(ConsumerRecord<byte[], byte[]> record) {
        return new MappingResult.Stored(row(record, RecordHeaders.text(record.headers(), RecordHeaders.REASON),
                RecordHeaders.text(record.headers(), RecordHeaders.DETAIL),
                RecordHeaders.text(record.headers(), RecordHeaders.SOURCE_TOPIC),
                RecordHeaders.number(record.headers(), RecordHeaders.SOURCE_PARTITION).orElse(-1),
                RecordHeaders.number(record.headers(), RecordHeaders.SOURCE_OFFSET).orElse(-1)));
    }

    /// A record of another topic that has no row in that topic's table. It came from where it was read.
    static Row parked(ConsumerRecord<byte[], byte[]> record, String detail) {
        return row(record, DeadReason.UNSTORABLE.wireName(), detail, record.topic(), record.partition(), record.offset());
    }

    private static Row row(ConsumerRecord<byte[], byte[]> record, String reason, String detail, String topic, long partition, long offset) {
        ReceivedAt arrival = ReceivedAt.of(record);
        byte[] bytes = new RowBinary().string(reason).string(detail).string(topic).int32((int) partition).int64(offset)
                .string(Optional.ofNullable(record.key()).orElse(NONE)).string(Optional.ofNullable(record.value()).orElse(NONE))
                .texts(headers(record)).int64(arrival.micros()).string(record.topic()).int32(record.partition()).int64(record.offset())
                .toBytes();
        return new Row(Table.DEAD, arrival.month(), bytes, "", 0, record);
    }

    /// The last value of each name, as Kafka's own `lastHeader` has it.
    private static Map<String, byte[]> headers(ConsumerRecord<byte[], byte[]> record) {
        Map<String, byte[]> headers = new TreeMap<>();
        for (Header header : record.headers()) {
            headers.put(header.key(), header.value() == null ? NONE : header.value());
        }
        return headers;
    }
}
