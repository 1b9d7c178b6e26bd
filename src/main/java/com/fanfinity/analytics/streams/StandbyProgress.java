package com.fanfinity.analytics.streams;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;

/// How far all stores of a standby have come.
///
/// Its stores follow their changelogs each by itself, so the one that tells how far the partition was processed may be ahead of the others.
/// What it tells holds for all of them once each has read what its changelog held a look later: what was changed in one transaction is
/// in all changelogs by then.
final class StandbyProgress {

    static final int MOST = 64;

    /// The last record of a changelog is the marker that ends a transaction, which no store reads.
    private static final int MARKER = 1;

    /// Of one store.
    ///
    /// @param position how far it has read its changelog
    /// @param end where the changelog ends
    record Place(long position, long end) {}

    private record Goal(long processed, List<Long> ends) {}

    private List<Long> last = List.of();
    private final Deque<Goal> goals = new ArrayDeque<>();
    private OptionalLong waiting = OptionalLong.empty();
    private OptionalLong complete = OptionalLong.empty();

    /// @param processed the next offset of `match-events`, as the standby's ledger told before the others were asked
    /// @param stores of the partition, always in the same order
    synchronized void saw(long processed, List<Place> stores) {
        List<Long> ends = stores.stream().map(Place::end).toList();
        List<Long> positions = stores.stream().map(Place::position).toList();
        if (!isReached(last, positions, 0)) {
            // A store was wiped and is being restored, or there are others: nothing that was known holds.
            goals.clear();
            waiting = OptionalLong.empty();
            complete = OptionalLong.empty();
        }
        last = positions;
        if (waiting.isPresent() && goals.size() < MOST) {
            goals.addLast(new Goal(waiting.getAsLong(), ends));
        }
        waiting = OptionalLong.of(processed);
        while (!goals.isEmpty() && isReached(goals.getFirst().ends, positions, MARKER)) {
            complete = OptionalLong.of(goals.removeFirst().processed);
        }
    }

    /// The next offset of `match-events` that all stores are complete up to, once known.
    synchronized OptionalLong complete() {
        return complete;
    }

    private static boolean isReached(List<Long> ends, List<Long> positions, int tolerance) {
        if (ends.size() != positions.size()) {
            return ends.isEmpty();
        }
        for (int i = 0; i < ends.size(); i++) {
            if (positions.get(i) < ends.get(i) - tolerance) {
                return false;
            }
        }
        return true;
    }
}
