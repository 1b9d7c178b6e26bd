package com.fanfinity.analytics.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/// Matches: how many are live, and `match_events_total{match_id}`, the one meter whose label a client names, and therefore bounded: at most {@value #MOST} live
/// matches have a series of their own, the rest share `other`. A match that ends gives its place back.
public final class MatchMeters {

    static final int MOST = 200;
    private static final String OTHER = "other";

    /// The place of one match.
    private static final class Slot {
        final Counter counter;
        private double countBefore = -1;

        Slot(Counter counter) {
            this.counter = counter;
        }

        /// Whether nothing was counted since this was asked before.
        boolean isIdle() {
            double before = countBefore;
            countBefore = counter.count();
            return Double.compare(before, countBefore) == 0;
        }
    }

    private final MeterRegistry registry;
    private final MeterBook.Counters counters;
    private final Counter other;
    private final MeterBook.Gauges active;
    private final MeterBook.Gauges overdue;
    private final Map<String, Slot> live = new LinkedHashMap<>();

    MatchMeters(MeterRegistry registry, MeterBook book) {
        this.registry = registry;
        this.counters = book.counters("match.events", "events", "Accepted events by match: at most 200 live ones, the rest as other",
                "match_id");
        this.other = counters.of(OTHER);
        this.active = book.gauges("active.matches", "matches", "Live matches whose state is on this instance");
        this.overdue = book.gauges("overdue.matches", "matches",
                "Live matches that have been so for more than 6 hours, as far as this instance saw it: their match_end is missing");
    }

    /// `active_matches`: live matches whose state is on this instance.
    public void active(Supplier<Number> count) {
        active.of(count);
    }

    /// `overdue_matches`: live matches of this instance that have been so for longer than any match takes.
    public void overdue(Supplier<Number> count) {
        overdue.of(count);
    }

    /// `match_events_total{match_id}`: accepted events of one match, see {@link MatchMeters}.
    public synchronized void count(String matchId, boolean ended) {
        if (ended) {
            drop(matchId);
            other.increment();
            return;
        }
        Slot slot = live.get(matchId);
        // A match named `other` has no place of its own: giving it back would take the meter of all others away.
        if (slot == null && live.size() < MOST && !matchId.equals(OTHER)) {
            slot = new Slot(counters.of(matchId));
            live.put(matchId, slot);
        }
        (slot == null ? other : slot.counter).increment();
    }

    /// Lets matches that have gone quiet give their series back; to be called now and then.
    public synchronized void dropIdle() {
        live.values().removeIf(slot -> {
            if (slot.isIdle()) {
                registry.remove(slot.counter);
                return true;
            }
            return false;
        });
    }

    private void drop(String matchId) {
        Slot slot = live.remove(matchId);
        if (slot != null) {
            registry.remove(slot.counter);
        }
    }
}
