package com.fanfinity.analytics.history;

import java.util.function.Function;

/// The result of a read of an archived match.
///
/// @param <T> the value that was read
public sealed interface HistoryResult<T> {

    record HistoryFound<T>(T value) implements HistoryResult<T> {}

    /// The same result with another value, if there is one.
    default <R> HistoryResult<R> map(Function<T, R> change) {
        return switch (this) {
            case HistoryFound<T>(T value) -> new HistoryFound<>(change.apply(value));
            case HistoryBusy<T>() -> new HistoryBusy<>();
            case HistoryUnavailable<T>() -> new HistoryUnavailable<>();
            case HistoryIncomplete<T>() -> new HistoryIncomplete<>();
            case HistoryTooLarge<T>(long most) -> new HistoryTooLarge<>(most);
        };
    }

    /// Too many archived matches are being read.
    record HistoryBusy<T>() implements HistoryResult<T> {}

    /// ClickHouse does not respond in time.
    record HistoryUnavailable<T>() implements HistoryResult<T> {}

    /// ClickHouse lacks events that it had when the match was archived.
    record HistoryIncomplete<T>() implements HistoryResult<T> {}

    /// The match has more events than the limit.
    record HistoryTooLarge<T>(long most) implements HistoryResult<T> {}
}
