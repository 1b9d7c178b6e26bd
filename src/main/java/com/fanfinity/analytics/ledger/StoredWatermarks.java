package com.fanfinity.analytics.ledger;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/// Computes for each partition the latest time before which every accepted event is stored.
///
/// With a steady load, some events are always on the way to ClickHouse. The events accepted at one comparison are all
/// stored once the highest stored number of a later comparison reaches their count.
final class StoredWatermarks {

    private record Watermark(Instant at, long accepted) {}

    private final Map<Integer, Watermark> awaited = new HashMap<>();
    private final Map<Integer, Watermark> reached = new ConcurrentHashMap<>();

    /// Call from one thread at a time.
    void record(Reconciliation found) {
        found.partitions().forEach((partition, balance) -> record(found.at(), partition, balance));
    }

    private void record(Instant begun, int partition, PartitionBalance balance) {
        if (!balance.isGapless()) {
            awaited.remove(partition);
            reached.remove(partition);
            return;
        }
        long stored = balance.stored().highest();
        // ClickHouse lost its newest rows or was restored, so no gap shows that rows are missing.
        reached.computeIfPresent(partition, (_, mark) -> mark.accepted() > stored ? null : mark);
        Watermark now = new Watermark(begun, balance.after().orElseThrow().accepted());
        Watermark mark = awaited.getOrDefault(partition, now);
        if (now.accepted() <= stored) {
            mark = now;
        }
        if (mark.accepted() <= stored) {
            reached.put(partition, mark);
            mark = now;
        }
        awaited.put(partition, mark);
    }

    /// Milliseconds since the epoch; empty if unknown, or if the partition has a discrepancy.
    OptionalLong storedUpTo(int partition) {
        Watermark mark = reached.get(partition);
        return mark == null ? OptionalLong.empty() : OptionalLong.of(mark.at().toEpochMilli());
    }
}
