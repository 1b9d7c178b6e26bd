package com.fanfinity.analytics.sink;

/// What a record is for ClickHouse.
sealed interface Mapped {

    /// A row.
    record Stored(Row row) implements Mapped {}

    /// Nothing to store, such as the tombstone of a compacted topic.
    record Nothing() implements Mapped {}

    /// Not what the topic should hold.
    ///
    /// @param detail why, for people; no content of the record
    record Unstorable(String detail) implements Mapped {}
}
