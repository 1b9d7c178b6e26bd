package com.fanfinity.analytics.streams;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Where a partition ended at some moments, oldest first.
final class EndOffsetHistory {

    /// A minute of looks, five a second. Of a longer time they are kept further apart.
    static final int MOST = 300;

    private static final Duration FIRST_SPACING = Duration.ofMillis(100);

    private record End(Instant at, long offset) {}

    private final List<End> ends = new ArrayList<>();
    private Duration spacing = FIRST_SPACING;
    private Optional<End> reached = Optional.empty();
    private long newest;

    /// @param offset of the record that will be the next
    synchronized void saw(Instant at, long offset) {
        newest = offset;
        boolean nothingCame = !ends.isEmpty() && ends.getLast().offset == offset;
        boolean close = ends.size() >= 2 && at.isBefore(ends.get(ends.size() - 2).at.plus(spacing));
        if (nothingCame || close) {
            ends.removeLast(); // the newest stands for it
        }
        ends.addLast(new End(at, offset));
        if (ends.size() > MOST) {
            List<End> half = new ArrayList<>();
            for (int i = 0; i < ends.size(); i += 2) {
                half.add(ends.get(i));
            }
            ends.clear();
            ends.addAll(half);
            spacing = spacing.multipliedBy(2);
        }
    }

    /// The offset that was seen last; 0 before that.
    synchronized long newest() {
        return newest;
    }

    /// The last moment at which all that was there had an offset below that one; empty if there is none, or only one that was reached with
    /// a higher offset: then what was processed has been lost and is being processed again.
    synchronized Optional<Instant> reachedBy(long nextOffset) {
        int passed = 0;
        while (passed < ends.size() && ends.get(passed).offset <= nextOffset) {
            reached = Optional.of(ends.get(passed++));
        }
        ends.subList(0, passed).clear();
        if (ends.size() < MOST / 4) {
            spacing = FIRST_SPACING;
        }
        return reached.filter(end -> end.offset <= nextOffset).map(End::at);
    }
}
