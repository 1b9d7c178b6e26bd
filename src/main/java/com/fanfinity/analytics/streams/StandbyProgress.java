package com.fanfinity.analytics.streams;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;

/// Computes up to which offset of `match-events` all stores of a standby are complete.
///
/// Each store follows its own changelog. So the ledger store, which holds the processed offset, may be ahead of the
/// other stores. An offset read from the ledger holds for all stores once each of them has read its changelog up to the
/// end that the next sample finds. By then the changes of the offset's transaction are in all changelogs.
final class StandbyProgress {

    static final int MAX_PENDING = 64;

    /// The last offset of a changelog is the marker that ends a transaction. No store reads it.
    private static final int MARKER = 1;

    /// The changelog of one store.
    ///
    /// @param position the offset that the store has reached
    /// @param end offset of the changelog
    record ChangelogOffsets(long position, long end) {}

    /// @param ends the changelog ends that make the processed offset complete
    private record Pending(long processed, List<Long> ends) {}

    private List<Long> last = List.of();
    private final Deque<Pending> pending = new ArrayDeque<>();
    private OptionalLong previous = OptionalLong.empty();
    private OptionalLong complete = OptionalLong.empty();

    /// @param processed the next offset of `match-events`, read from the standby's ledger before the positions of the
    ///     stores
    /// @param stores of the partition, always in the same order
    synchronized void record(long processed, List<ChangelogOffsets> stores) {
        List<Long> ends = stores.stream().map(ChangelogOffsets::end).toList();
        List<Long> positions = stores.stream().map(ChangelogOffsets::position).toList();
        if (!isReached(last, positions, 0)) {
            // A store was wiped and is being restored, or the set of stores changed. Earlier samples no longer hold.
            pending.clear();
            previous = OptionalLong.empty();
            complete = OptionalLong.empty();
        }
        last = positions;
        if (previous.isPresent() && pending.size() < MAX_PENDING) {
            pending.addLast(new Pending(previous.getAsLong(), ends));
        }
        previous = OptionalLong.of(processed);
        while (!pending.isEmpty() && isReached(pending.getFirst().ends, positions, MARKER)) {
            complete = OptionalLong.of(pending.removeFirst().processed);
        }
    }

    /// The offset of `match-events` up to which all stores are complete; empty if not known yet.
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
