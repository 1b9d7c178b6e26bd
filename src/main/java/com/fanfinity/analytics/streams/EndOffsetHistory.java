package com.fanfinity.analytics.streams;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The end offset of a partition at past times, oldest first.
final class EndOffsetHistory {

    /// One minute of samples, five per second. Samples of a longer time are further apart.
    static final int MAX_SAMPLES = 300;

    private static final Duration FIRST_SPACING = Duration.ofMillis(100);

    private record Sample(Instant at, long offset) {}

    private final List<Sample> ends = new ArrayList<>();
    private Duration spacing = FIRST_SPACING;
    private Optional<Sample> reached = Optional.empty();
    private long newest;

    /// @param offset of the next record to be written
    synchronized void record(Instant at, long offset) {
        newest = offset;
        boolean isUnchanged = !ends.isEmpty() && ends.getLast().offset == offset;
        boolean isClose = ends.size() >= 2 && at.isBefore(ends.get(ends.size() - 2).at.plus(spacing));
        if (isUnchanged || isClose) {
            ends.removeLast();
        }
        ends.addLast(new Sample(at, offset));
        if (ends.size() > MAX_SAMPLES) {
            List<Sample> half = new ArrayList<>();
            for (int i = 0; i < ends.size(); i += 2) {
                half.add(ends.get(i));
            }
            ends.clear();
            ends.addAll(half);
            spacing = spacing.multipliedBy(2);
        }
    }

    /// The newest recorded offset; 0 if there is none.
    synchronized long newest() {
        return newest;
    }

    /// The last time at which every record of the partition had an offset below this one. Empty if no such time is
    /// known. Also empty if the only known time was reached with a higher offset: then state was lost, and Streams is
    /// processing these records again.
    synchronized Optional<Instant> reachedBy(long nextOffset) {
        int passed = 0;
        while (passed < ends.size() && ends.get(passed).offset <= nextOffset) {
            reached = Optional.of(ends.get(passed++));
        }
        ends.subList(0, passed).clear();
        if (ends.size() < MAX_SAMPLES / 4) {
            spacing = FIRST_SPACING;
        }
        return reached.filter(end -> end.offset <= nextOffset).map(Sample::at);
    }
}
