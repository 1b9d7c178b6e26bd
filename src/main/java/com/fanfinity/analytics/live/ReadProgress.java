package com.fanfinity.analytics.live;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.kafka.ReadingTime;

/// Measures how current the reader of the topics is. The end offsets of all partitions are sampled from time to time.
/// Once the reader has reached them all, it has read every record published before the sample.
final class ReadProgress {

    /// @param at when the offsets were requested
    private record EndOffsets(ReadingTime at, Map<TopicPartition, Long> offsets) {}

    private long generation;
    private @Nullable EndOffsets target;
    private @Nullable ReadingTime asOf;

    /// The number of resets so far. A sample names the generation in which it was requested.
    synchronized long generation() {
        return generation;
    }

    /// Offers a sample of the end offsets. It is ignored if its generation is over, or while an older sample is not
    /// reached yet: a slow reader would otherwise never reach one.
    ///
    /// @param sampleGeneration the generation when the offsets were requested
    /// @param at when the offsets were requested
    /// @param ends offsets after the last record, committed or not. A reader of committed records reaches them when
    ///     every transaction has ended, so no record that is committed later can lie before them
    synchronized void offerEndOffsets(long sampleGeneration, ReadingTime at, Map<TopicPartition, Long> ends) {
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
    ///
    /// @param now of the wall clock
    /// @param nowNanos of the monotonic clock
    synchronized Optional<Instant> asOf(Instant now, long nowNanos) {
        return Optional.ofNullable(asOf).map(at -> at.asOf(now, nowNanos));
    }

    /// Whether a sample has not been reached yet.
    synchronized boolean hasTarget() {
        return target != null;
    }
}
