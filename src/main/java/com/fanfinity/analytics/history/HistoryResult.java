package com.fanfinity.analytics.history;

/// What came of reading an archived match.
///
/// @param <T> what was to be read
public sealed interface HistoryResult<T> {

    record HistoryFound<T>(T value) implements HistoryResult<T> {}

    /// As many are being read as may be at once.
    record HistoryBusy<T>() implements HistoryResult<T> {}

    /// ClickHouse does not answer, or not in time.
    record HistoryUnavailable<T>() implements HistoryResult<T> {}

    /// ClickHouse lacks events that it had when the match was archived.
    record HistoryIncomplete<T>() implements HistoryResult<T> {}

    /// The match has more events than are read.
    record HistoryTooLarge<T>(long most) implements HistoryResult<T> {}
}
