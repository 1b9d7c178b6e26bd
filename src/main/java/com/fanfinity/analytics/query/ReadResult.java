package com.fanfinity.analytics.query;

import java.util.function.Function;

import com.fanfinity.analytics.pipeline.Archived;

/// What can be said of a match.
///
/// @param <T> what is said
public sealed interface ReadResult<T> {

    record ReadValue<T>(T value) implements ReadResult<T> {}

    /// The owner of the match's partition has no such match.
    record UnknownMatch<T>() implements ReadResult<T> {}

    /// Its state has been archived: ClickHouse knows the rest.
    ///
    /// @param view where that was read
    record ArchivedMatch<T>(Archived archived, ReplicaView view) implements ReadResult<T> {}

    /// The state cannot be read now: it is moving, or is being restored. Asking again soon will do.
    record StateUnavailable<T>() implements ReadResult<T> {}

    default <R> ReadResult<R> flatMap(Function<? super T, ReadResult<R>> next) {
        return switch (this) {
            case ReadValue<T>(T value) -> next.apply(value);
            case UnknownMatch<T>() -> new UnknownMatch<>();
            case ArchivedMatch<T>(Archived archived, ReplicaView view) -> new ArchivedMatch<>(archived, view);
            case StateUnavailable<T>() -> new StateUnavailable<>();
        };
    }

    default <R> ReadResult<R> map(Function<? super T, ? extends R> change) {
        return flatMap(value -> new ReadValue<>(change.apply(value)));
    }
}
