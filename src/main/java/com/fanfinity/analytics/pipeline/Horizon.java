package com.fanfinity.analytics.pipeline;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/// Where a partition ended at some moments, oldest first.
final class Horizon {

    /// A minute of looks, five a second. While none of them is reached, further ones are not needed.
    static final int MOST = 300;

    private record End(Instant at, long offset) {}

    private final Deque<End> ends = new ArrayDeque<>();
    private Optional<End> reached = Optional.empty();

    /// @param offset of the record that will be the next
    synchronized void saw(Instant at, long offset) {
        if (!ends.isEmpty() && ends.getLast().offset == offset) {
            ends.removeLast();
        }
        if (ends.size() < MOST) {
            ends.addLast(new End(at, offset));
        }
    }

    /// The last moment at which all that was there had an offset below that one; empty if there is none, or only one that was reached with
    /// a higher offset: then what was processed has been lost and is being processed again.
    synchronized Optional<Instant> reachedBy(long nextOffset) {
        while (!ends.isEmpty() && ends.getFirst().offset <= nextOffset) {
            reached = Optional.of(ends.removeFirst());
        }
        return reached.filter(end -> end.offset <= nextOffset).map(End::at);
    }
}
