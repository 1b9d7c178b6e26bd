package com.fanfinity.analytics.rows;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/// A Kafka record as a row of ClickHouse. It is encoded once, so a retry sends the same bytes.
///
/// @param month of arrival as `yyyymm` if the table is partitioned by it, else 0. Month and Kafka partition make the
///     row's table partition
/// @param rowBinary the columns of {@link Table#columns()}
/// @param key if only the newest version of a key counts; empty if every row counts
/// @param version compared among rows with the same key
/// @param record the source, kept in case ClickHouse rejects the row
@SuppressWarnings("ArrayRecordComponent") // rows are never compared
public record Row(Table table, int month, byte[] rowBinary, String key, long version,
        ConsumerRecord<byte[], byte[]> record) {

    /// Estimated memory of the Java objects and of the record's headers, in bytes.
    private static final int OVERHEAD = 256;

    public long offset() {
        return record.offset();
    }

    /// Bytes of memory that the row and its record hold.
    public long size() {
        return (long) OVERHEAD + rowBinary.length + Math.max(0, record.serializedKeySize())
                + Math.max(0, record.serializedValueSize());
    }

    /// The row's record as a dead letter, with the same topic, partition and offset.
    public Row asDeadLetter(String detail) {
        return DeadLetterRows.unstorable(record, detail);
    }
}
