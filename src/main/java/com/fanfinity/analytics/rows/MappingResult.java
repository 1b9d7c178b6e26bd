package com.fanfinity.analytics.rows;

/// How a record appears in ClickHouse.
sealed interface MappingResult {

    record Mapped(Row row) implements MappingResult {}

    /// Nothing to store, such as the tombstone of a compacted topic.
    record Skipped() implements MappingResult {}

    /// The record is not of the topic's form.
    ///
    /// @param detail the reason, for people; it holds no content of the record
    record Unstorable(String detail) implements MappingResult {}
}
