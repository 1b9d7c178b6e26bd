package com.fanfinity.analytics.pipeline;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

import org.apache.kafka.common.utils.Bytes;

import com.fanfinity.analytics.event.MatchEvent;

/// An archived match counted again in memory, event by event, by what counts live ones.
///
/// Not thread-safe.
public final class Recount {

    private final MatchStats stats = MatchStats.empty();
    private final SortedMap<Long, MinuteStats> minutes = new TreeMap<>();
    private final Map<Bytes, byte[]> stored = new HashMap<>();
    private final Moments moments = new Moments(stored::get, stored::put, Optional.empty());

    /// To be given in the order in which they were counted.
    public void add(MatchEvent event) {
        MinuteStats minute = minutes.computeIfAbsent(MinuteStats.minuteOf(event.timestamp().toEpochMilli()), _ -> MinuteStats.empty());
        minute.add(event);
        var _ = moments.apply(event, stats);
        stats.add(event, minute.events(), 0, 0);
    }

    /// How many were added.
    public long events() {
        return stats.totalEvents();
    }

    /// What was added, with what only the stores know of it.
    public MatchStats stats(Archived archived) {
        stats.remember(archived);
        return stats;
    }

    /// By minutes since the epoch; only those in which something happened.
    public SortedMap<Long, MinuteStats> minutes() {
        return Collections.unmodifiableSortedMap(minutes);
    }
}
