package com.fanfinity.analytics.pipeline;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

import org.apache.kafka.common.utils.Bytes;

import com.fanfinity.analytics.event.MatchEvent;

/// Counts an archived match again in memory, event by event, with the code that counts live matches.
///
/// Not thread-safe.
public final class Recount {

    private final MatchStats stats = MatchStats.empty();
    private final SortedMap<Long, MinuteStats> minutes = new TreeMap<>();
    private final Map<Bytes, byte[]> stored = new HashMap<>();
    private final KeyMomentTracker moments = new KeyMomentTracker(stored::get, stored::put, Optional.empty());

    /// Adds an event. Events must be added in the order in which they were first counted.
    public void add(MatchEvent event) {
        MinuteStats minute = minutes.computeIfAbsent(MinuteStats.minuteOf(event.timestamp().toEpochMilli()),
                _ -> MinuteStats.empty());
        minute.add(event);
        var _ = moments.apply(event, stats);
        stats.add(event, minute.events(), 0, 0);
    }

    /// The number of added events.
    public long events() {
        return stats.totalEvents();
    }

    /// The state of the match from the added events and the facts in its marker.
    public MatchStats stats(Archived archived) {
        stats.restoreFrom(archived);
        return stats;
    }

    /// By minutes since the epoch; contains only minutes with events.
    public SortedMap<Long, MinuteStats> minutes() {
        return Collections.unmodifiableSortedMap(minutes);
    }
}
