package com.fanfinity.analytics.history;

/// The result of a read of an archived match.
///
/// @param <T> the value that was read
public sealed interface HistoryResult<T> {

    record HistoryFound<T>(T value) implements HistoryResult<T> {}

    /// Too many archived matches are being read.
    record HistoryBusy<T>() implements HistoryResult<T> {}

    /// ClickHouse does not respond in time.
    record HistoryUnavailable<T>() implements HistoryResult<T> {}

    /// ClickHouse lacks events that it had when the match was archived.
    record HistoryIncomplete<T>() implements HistoryResult<T> {}

    /// The match has more events than the limit.
    record HistoryTooLarge<T>(long most) implements HistoryResult<T> {}
}
