package com.fanfinity.analytics.ledger;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/// Remembers how many events each partition had accepted when, to say up to when all of them are stored.
///
/// Where events never stop, some are always on the way to ClickHouse. But what had been accepted at one look is all there once the highest
/// number stored, at a later look, is no lower.
final class StoredWatermarks {

    private record Watermark(Instant at, long accepted) {}

    private final Map<Integer, Watermark> awaited = new HashMap<>();
    private final Map<Integer, Instant> reached = new ConcurrentHashMap<>();

    /// Takes in what was found. Not to be called by two threads at once.
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
        Watermark now = new Watermark(begun, balance.after().orElseThrow().accepted());
        Watermark mark = awaited.getOrDefault(partition, now);
        if (now.accepted() <= stored) {
            mark = now;
        }
        if (mark.accepted() <= stored) {
            reached.put(partition, mark.at());
            mark = now;
        }
        awaited.put(partition, mark);
    }

    /// Milliseconds since the epoch; empty if nothing is known of the partition, or something does not add up there.
    OptionalLong storedUpTo(int partition) {
        Instant at = reached.get(partition);
        return at == null ? OptionalLong.empty() : OptionalLong.of(at.toEpochMilli());
    }
}
