package com.fanfinity.analytics.sink;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/// A record of Kafka as a row of ClickHouse, encoded once: a retry sends the same bytes.
///
/// @param month of arrival as `yyyymm` where the table is partitioned by it, else 0; with the Kafka partition it is the row's table partition
/// @param rowBinary the columns of {@link Table#columns()}
/// @param key of rows of which only the newest version counts; empty where every row counts
/// @param version compared among rows with the same key
/// @param record where it came from, kept for the case that ClickHouse refuses the row
@SuppressWarnings("ArrayRecordComponent") // rows are never compared
record Row(Table table, int month, byte[] rowBinary, String key, long version, ConsumerRecord<byte[], byte[]> record) {

    /// What a Java object and a record's headers take beside their bytes, roughly.
    private static final int OVERHEAD = 256;

    long offset() {
        return record.offset();
    }

    /// Bytes of memory that the row and its record hold.
    long size() {
        return (long) OVERHEAD + rowBinary.length + Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
    }
}
