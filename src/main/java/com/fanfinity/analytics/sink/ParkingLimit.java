package com.fanfinity.analytics.sink;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

import com.fanfinity.analytics.rows.Table;

/// Bounds how many rows the sink parks among the dead letters, for each table. Rows that no table can store are rare.
/// Many of them show that the table is wrong. Safe to use from any thread.
final class ParkingLimit {

    /// For each table and each {@link #WINDOW}.
    static final int ROWS = 10;

    static final Duration WINDOW = Duration.ofHours(1);

    private final LongSupplier nanoTime;
    private final Map<Table, ArrayDeque<Long>> parked = new EnumMap<>(Table.class);

    /// @param nanoTime a monotonic clock
    ParkingLimit(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /// @return whether one more row of the table may be parked; then it counts as parked
    synchronized boolean claim(Table table) {
        ArrayDeque<Long> times = parked.computeIfAbsent(table, _ -> new ArrayDeque<>());
        long now = nanoTime.getAsLong();
        while (!times.isEmpty() && now - times.getFirst() >= WINDOW.toNanos()) {
            times.removeFirst();
        }
        return times.size() < ROWS && times.add(now);
    }
}
