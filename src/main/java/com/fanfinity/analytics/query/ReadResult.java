package com.fanfinity.analytics.query;

import java.util.function.Function;

import com.fanfinity.analytics.pipeline.Archived;

/// What can be said of a match.
///
/// @param <T> what is said
public sealed interface ReadResult<T> {

    record Known<T>(T value) implements ReadResult<T> {}

    /// The owner of the match's partition has no such match.
    record UnknownMatch<T>() implements ReadResult<T> {}

    /// Its state has been archived: ClickHouse knows the rest.
    ///
    /// @param view where that was read
    record Historic<T>(Archived archived, ReplicaView view) implements ReadResult<T> {}

    /// The state cannot be read now: it is moving, or is being restored. Asking again soon will do.
    record Unavailable<T>() implements ReadResult<T> {}

    default <R> ReadResult<R> flatMap(Function<? super T, ReadResult<R>> next) {
        return switch (this) {
            case Known<T>(T value) -> next.apply(value);
            case UnknownMatch<T>() -> new UnknownMatch<>();
            case Historic<T>(Archived archived, ReplicaView view) -> new Historic<>(archived, view);
            case Unavailable<T>() -> new Unavailable<>();
        };
    }

    default <R> ReadResult<R> map(Function<? super T, ? extends R> change) {
        return flatMap(value -> new Known<>(change.apply(value)));
    }
}
