package com.fanfinity.analytics.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/// Meters of matches. Clients choose the label of `match_events_total{match_id}`, so its series are bounded: at most
/// {@value #MOST} live matches have their own, and the rest share `other`. A match that ends frees its series.
public final class MatchMeters {

    static final int MOST = 200;
    private static final String OTHER = "other";

    private static final class MatchSeries {
        final Counter counter;
        private double lastSample = -1;

        MatchSeries(Counter counter) {
            this.counter = counter;
        }

        /// Remembers the count.
        ///
        /// @return whether it is the same as at the last call
        boolean sampleIsIdle() {
            double before = lastSample;
            lastSample = counter.count();
            return Double.compare(before, lastSample) == 0;
        }
    }

    private final MeterRegistry registry;
    private final MeterBook.Counters counters;
    private final Counter other;
    private final MeterBook.Gauges active;
    private final MeterBook.Gauges overdue;
    private final MeterBook.Gauges indexed;
    private final MeterBook.Gauges unindexed;
    private final Map<String, MatchSeries> live = new LinkedHashMap<>();

    MatchMeters(MeterRegistry registry, MeterBook book) {
        this.registry = registry;
        this.counters = book.counters("match.events", "events",
                "Accepted events by match: at most 200 live matches have their own series, "
                        + "the others are counted under other",
                "match_id");
        this.other = counters.of(OTHER);
        this.active = book.gauges("active.matches", "matches", "Live matches whose state is on this instance");
        this.overdue = book.gauges("overdue.matches", "matches",
                "Matches that this instance has seen live for more than 6 hours: their match_end is missing");
        this.indexed = book.gauges("match.index.size", "matches",
                "Matches in the index of lists on this instance: all that are not archived, at most 150,000");
        this.unindexed = book.gauges("match.index.dropped", "matches",
                "How many times a match was left out of lists because the index was full; 0 after a partition moves");
    }

    /// `active_matches`.
    public void active(Supplier<Number> count) {
        active.of(count);
    }

    /// `overdue_matches`.
    public void overdue(Supplier<Number> count) {
        overdue.of(count);
    }

    /// `match_index_size` and `match_index_dropped`.
    public void indexed(Supplier<Number> size, Supplier<Number> dropped) {
        indexed.of(size);
        unindexed.of(dropped);
    }

    /// `match_events_total{match_id}`: one accepted event.
    public synchronized void count(String matchId, boolean ended) {
        if (ended) {
            drop(matchId);
            other.increment();
            return;
        }
        MatchSeries series = live.get(matchId);
        // A match named `other` gets no series of its own: freeing it would remove the counter that the rest share.
        if (series == null && live.size() < MOST && !matchId.equals(OTHER)) {
            series = new MatchSeries(counters.of(matchId));
            live.put(matchId, series);
        }
        (series == null ? other : series.counter).increment();
    }

    /// Frees the series of matches without events since the last call.
    public synchronized void dropIdle() {
        live.values().removeIf(series -> {
            if (series.sampleIsIdle()) {
                registry.remove(series.counter);
                return true;
            }
            return false;
        });
    }

    private void drop(String matchId) {
        MatchSeries series = live.remove(matchId);
        if (series != null) {
            registry.remove(series.counter);
        }
    }
}
