package com.fanfinity.analytics.pipeline;

import java.util.Comparator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// The first and the last minutes of a match, from which a few events with a wrong clock can be left out.
///
/// It keeps only the minutes that the {@value #MOST_STRAYS} first, or last, events and the next one lie in. Counts only
/// grow, so a minute that is dropped is never needed again, and the kept minutes do not depend on the order of arrival.
///
/// Not thread-safe.
final class EdgeMinutes {

    /// The most events at either end of a match that can be strays.
    static final int MOST_STRAYS = 2;

    /// A match has one possible stray at either end for this many events.
    private static final long EVENTS_PER_STRAY = 10;

    /// An event that is farther away than this many times the usual distance between two events is a stray. The next
    /// minute is never too far.
    private static final long USUAL_GAPS = 10;

    /// Events by minute, the first minute first.
    private final NavigableMap<Long, Long> first = new TreeMap<>();

    /// Events by minute, the last minute first.
    private final NavigableMap<Long, Long> last = new TreeMap<>(Comparator.reverseOrder());

    /// @param events the number of events in the minute, including a new one
    void put(long minute, long events) {
        put(first, minute, events);
        put(last, minute, events);
    }

    private static void put(NavigableMap<Long, Long> edge, long minute, long events) {
        edge.put(minute, events);
        edge.tailMap(place(edge, MOST_STRAYS), false).clear();
    }

    /// The minute of the event that has `before` events before it at this end; the farthest known one if the end has
    /// fewer events.
    private static long place(NavigableMap<Long, Long> edge, long before) {
        long events = 0;
        for (Map.Entry<Long, Long> minute : edge.entrySet()) {
            events += minute.getValue();
            if (events > before) {
                return minute.getKey();
            }
        }
        return edge.lastKey();
    }

    /// @param total the number of events of the match, at least 1
    ActiveMinutes active(long total) {
        long strays = strays(total);
        long earliest = place(first, strays);
        long latest = place(last, strays);
        long length = latest - earliest + 1;
        long reach = Math.max(1, USUAL_GAPS * length / total);
        long from = firstWithin(first, earliest - reach);
        long to = firstWithin(last, latest + reach);
        long events = total - sum(first.headMap(from, false)) - sum(last.headMap(to, false));
        return new ActiveMinutes(from, to, latest, last.getOrDefault(latest, 0L), events);
    }

    /// As {@link ActiveMinutes#current}.
    long current(long total) {
        return place(last, strays(total));
    }

    private static long strays(long total) {
        return Math.min(MOST_STRAYS, total / EVENTS_PER_STRAY);
    }

    private static long firstWithin(NavigableMap<Long, Long> edge, long bound) {
        Long minute = edge.ceilingKey(bound);
        return minute == null ? edge.lastKey() : minute;
    }

    private static long sum(Map<Long, Long> minutes) {
        return minutes.values().stream().mapToLong(Long::longValue).sum();
    }

    void writeTo(StateOutput out) {
        write(first, out);
        write(last, out);
    }

    private static void write(NavigableMap<Long, Long> edge, StateOutput out) {
        out.number(edge.size());
        edge.forEach((minute, events) -> out.number(minute).number(events));
    }

    static EdgeMinutes readFrom(StateInput in) {
        EdgeMinutes edges = new EdgeMinutes();
        read(edges.first, in);
        read(edges.last, in);
        return edges;
    }

    private static void read(NavigableMap<Long, Long> edge, StateInput in) {
        for (int left = in.small(); left > 0; left--) {
            edge.put(in.number(), in.number());
        }
    }

    /// The edges of a match whose stored form had only its first and last minute. Each gets enough events to be no
    /// stray, since the minutes next to it are not known.
    static EdgeMinutes of(long firstMinute, long lastMinute, long lastEvents) {
        EdgeMinutes edges = new EdgeMinutes();
        edges.first.put(firstMinute, MOST_STRAYS + 1L);
        edges.last.put(lastMinute, Math.max(MOST_STRAYS + 1L, lastEvents));
        return edges;
    }
}
