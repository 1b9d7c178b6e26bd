package com.fanfinity.analytics.live;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// Measures how current the reader of the topics is. The end offsets of all partitions are sampled from time to time.
/// Once the reader has reached them all, it has read every record published before the sample.
final class ReadProgress {

    /// @param at when the offsets were requested
    private record EndOffsets(Instant at, Map<TopicPartition, Long> offsets) {}

    private long generation;
    private @Nullable EndOffsets target;
    private @Nullable Instant asOf;

    /// The number of resets so far. A sample names the generation in which it was requested.
    synchronized long generation() {
        return generation;
    }

    /// Offers a sample of the end offsets. It is ignored if its generation is over, or while an older sample is not
    /// reached yet: a slow reader would otherwise never reach one.
    ///
    /// @param sampleGeneration the generation when the offsets were requested
    /// @param at when the offsets were requested
    /// @param ends offsets after the last committed record
    synchronized void offerEndOffsets(long sampleGeneration, Instant at, Map<TopicPartition, Long> ends) {
        if (target == null && sampleGeneration == generation) {
            target = new EndOffsets(at, Map.copyOf(ends));
        }
    }

    /// Compares the reader's positions with the sample.
    ///
    /// @param position offset of the next record to read
    synchronized void update(ToLongFunction<TopicPartition> position) {
        EndOffsets ends = target;
        if (ends != null && ends.offsets.entrySet().stream()
                .allMatch(end -> position.applyAsLong(end.getKey()) >= end.getValue())) {
            asOf = ends.at;
            target = null;
        }
    }

    /// Forgets all progress, for a new reader.
    synchronized void reset() {
        target = null;
        asOf = null;
        generation++;
    }

    /// Every record published before this time has been read; empty if no such time is known.
    synchronized Optional<Instant> asOf() {
        return Optional.ofNullable(asOf);
    }

    /// Whether a sample has not been reached yet.
    synchronized boolean hasTarget() {
        return target != null;
    }
}
