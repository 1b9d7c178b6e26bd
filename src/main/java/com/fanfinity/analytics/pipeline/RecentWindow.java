package com.fanfinity.analytics.pipeline;

import org.apache.kafka.common.utils.Bytes;

/// How much of a match's newest events is kept: at least {@value #KEPT} (as far as there are so many), at most twice that.
///
/// Events from the floor on are in the store, older ones are not. Pruning in strides keeps its cost far below one deletion
/// and scan an event, and since everything before the floor is gone, no scan ever meets the tombstones there.
///
/// @param size entries in the store
/// @param floor the key of the oldest entry that is kept
record RecentWindow(int size, Bytes floor) {

    /// The most events that can be asked for.
    static final int KEPT = 500;

    static final RecentWindow EMPTY = new RecentWindow(0, Bytes.wrap(new byte[0]));

    boolean takes(Bytes key) {
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
