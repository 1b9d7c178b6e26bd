package com.fanfinity.analytics.history;

/// What came of reading an archived match.
///
/// @param <T> what was to be read
public sealed interface Reading<T> {

    record Found<T>(T value) implements Reading<T> {}

    /// As many are being read as may be at once.
    record Busy<T>() implements Reading<T> {}

    /// ClickHouse does not answer, or not in time.
    record Unavailable<T>() implements Reading<T> {}

    /// ClickHouse lacks events that it had when the match was archived.
    record Incomplete<T>() implements Reading<T> {}

    /// The match has more events than are read.
    record TooLarge<T>(long most) implements Reading<T> {}
}
