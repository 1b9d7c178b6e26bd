package com.fanfinity.analytics.query;

import java.util.function.Function;

import com.fanfinity.analytics.pipeline.Archived;

/// The result of a read of one match from one replica.
///
/// @param <T> the value that was read
public sealed interface ReadResult<T> {

    record ReadValue<T>(T value) implements ReadResult<T> {}

    /// The owner of the match's partition has no events of the match.
    record UnknownMatch<T>() implements ReadResult<T> {}

    /// The state of the match is archived: ClickHouse has its events.
    ///
    /// @param view the replica that was read
    record ArchivedMatch<T>(Archived archived, ReplicaView view) implements ReadResult<T> {}

    /// The replica is not on this instance, is moving, or is being restored. A retry may succeed.
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
