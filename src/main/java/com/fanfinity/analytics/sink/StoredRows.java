package com.fanfinity.analytics.sink;

import java.sql.SQLException;
import java.util.OptionalLong;

import org.apache.kafka.common.TopicPartition;

/// The rows that ClickHouse has.
interface StoredRows {

    /// The highest stored offset of a partition; empty if there is none.
    OptionalLong highest(TopicPartition partition) throws SQLException;

    /// Whether rows of the batch are stored.
    boolean containsRowsOf(Batch batch) throws SQLException;
}
