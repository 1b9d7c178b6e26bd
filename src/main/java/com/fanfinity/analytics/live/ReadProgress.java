package com.fanfinity.analytics.live;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// How old what was read of the topics is, measured: the ends of the partitions are looked at now and then, and once all of them are
/// reached, everything that was published before that look has been read.
final class ReadProgress {

    private record Look(Instant at, Map<TopicPartition, Long> ends) {}

    private long generation;
    private @Nullable Look look;
    private @Nullable Instant asOf;

    /// To be given back with what is asked for now.
    synchronized long generation() {
        return generation;
    }

    /// The ends as they were at a time. Ignored if it was reset since they were asked for, and while an older look waits, so that a reader that is behind gets there.
    ///
    /// @param asked the generation before they were asked for
    /// @param at before they were asked for
    /// @param ends offsets after the last committed record
    synchronized void ends(long asked, Instant at, Map<TopicPartition, Long> ends) {
        if (look == null && asked == generation) {
            look = new Look(at, Map.copyOf(ends));
        }
    }

    /// Tells how far has been read.
    ///
    /// @param position of the next record to read
    synchronized void reached(ToLongFunction<TopicPartition> position) {
        Look waiting = look;
        if (waiting != null && waiting.ends.entrySet().stream().allMatch(end -> position.applyAsLong(end.getKey()) >= end.getValue())) {
            asOf = waiting.at;
            look = null;
        }
    }

    /// Begins anew: nothing is known to have been read.
    synchronized void reset() {
        look = null;
        asOf = null;
        generation++;
    }

    /// Everything that was published before then has been read; empty if that cannot be said of any time.
    synchronized Optional<Instant> asOf() {
        return Optional.ofNullable(asOf);
    }

    /// Whether a look waits to be reached.
    synchronized boolean isWaiting() {
        return look != null;
    }
}
