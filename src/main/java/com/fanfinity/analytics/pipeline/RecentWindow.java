package com.fanfinity.analytics.pipeline;

import org.apache.kafka.common.utils.Bytes;

/// The range of a match's newest events that the store holds: at least {@value #KEPT} if the match has so many, at most
/// twice that.
///
/// The store holds the events from the floor on, and no older ones. Pruning many events at a time costs far less than
/// one deletion and scan per event. Scans never reach the tombstones before the floor.
///
/// @param size entries in the store
/// @param floor the key of the oldest kept entry
record RecentWindow(int size, Bytes floor) {

    /// The most events that a caller can request.
    static final int KEPT = 500;

    static final RecentWindow EMPTY = new RecentWindow(0, Bytes.wrap(new byte[0]));

    boolean accepts(Bytes key) {
        return key.compareTo(floor) >= 0;
    }

    boolean isFull() {
        return size >= 2 * KEPT;
    }

    RecentWindow withOneMore() {
        return new RecentWindow(size + 1, floor);
    }

    void writeTo(StateOutput out) {
        out.number(size).blob(floor.get());
    }

    static RecentWindow readFrom(StateInput in) {
        return new RecentWindow(in.small(), Bytes.wrap(in.blob()));
    }
}
