package com.fanfinity.analytics.sink;

/// What a record is for ClickHouse.
sealed interface MappingResult {

    /// A row.
    record Stored(Row row) implements MappingResult {}

    /// Nothing to store, such as the tombstone of a compacted topic.
    record Nothing() implements MappingResult {}

    /// Not what the topic should hold.
    ///
    /// @param detail why, for people; no content of the record
    record Unstorable(String detail) implements MappingResult {}
}
