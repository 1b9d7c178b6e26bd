package com.fanfinity.analytics.streams;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import com.fanfinity.analytics.kafka.ReadingTime;

/// The end offset of a partition at past times, oldest first.
final class EndOffsetHistory {

    /// One minute of samples, five per second. Samples of a longer time are further apart.
    static final int MAX_SAMPLES = 300;

    private static final Duration FIRST_SPACING = Duration.ofMillis(100);

    private record Sample(ReadingTime at, long offset) {}

    private final List<Sample> ends = new ArrayList<>();
    private Duration spacing = FIRST_SPACING;
    private long newest;
    private long processed;

    /// Adds a reading, unless it contradicts the earlier ones. If the partition ended earlier than before, or if it
    /// ended before a record that a replica had already processed, the log was truncated or recreated. Offsets of the
    /// old log then prove nothing.
    ///
    /// @param offset of the next record to be written
    /// @param processedBefore {@link #processed} when the reading began
    /// @return whether the reading is valid for that replica
    synchronized boolean record(ReadingTime at, long offset, long processedBefore) {
        if (offset < newest || offset < processedBefore) {
            ends.clear();
        }
        newest = offset;
        if (offset < processedBefore) {
            return false;
        }
        boolean isUnchanged = !ends.isEmpty() && ends.getLast().offset == offset;
        boolean isClose = ends.size() >= 2 && !at.isSince(ends.get(ends.size() - 2).at.nanos() + spacing.toNanos());
        if (isUnchanged || isClose) {
            ends.removeLast();
        }
        ends.addLast(new Sample(at, offset));
        if (ends.size() > MAX_SAMPLES) {
            thinOut();
        }
        return true;
    }

    private void thinOut() {
        List<Sample> half = new ArrayList<>();
        for (int i = 0; i < ends.size(); i += 2) {
            half.add(ends.get(i));
        }
        ends.clear();
        ends.addAll(half);
        spacing = spacing.multipliedBy(2);
    }

    /// The newest recorded offset; 0 if there is none.
    synchronized long newest() {
        return newest;
    }

    /// The offset that was last reported as processed; 0 if there is none.
    synchronized long processed() {
        return processed;
    }

    /// The last time at which every record of the partition had an offset below this one. Empty if no such time is
    /// known. Also empty if the only known times belong to a higher offset: then state was lost, and Streams is
    /// processing these records again.
    synchronized Optional<ReadingTime> reachedBy(long nextOffset) {
        Optional<ReadingTime> reached = Optional.empty();
        for (Sample sample : ends) {
            if (sample.offset > nextOffset) {
                break;
            }
            reached = Optional.of(sample.at);
        }
        return reached;
    }

    /// Reports the offset that the replica on this instance has reached. The history forgets older samples, but keeps
    /// those for the offset reported before: a stream thread may ask with an offset that is a little lower.
    synchronized void reportProcessed(long nextOffset) {
        long lowest = Math.min(processed, nextOffset);
        processed = nextOffset;
        int passed = 0;
        while (passed < ends.size() && ends.get(passed).offset <= lowest) {
            passed++;
        }
        if (passed > 1) {
            ends.subList(0, passed - 1).clear();
        }
        if (ends.size() < MAX_SAMPLES / 4) {
            spacing = FIRST_SPACING;
        }
    }
}
