package com.fanfinity.analytics.lab.bench;

import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;

/// Which events were acknowledged with a 202. An event is known by its sequence in the run; match, type and id follow from
/// it, so that a bit an event is all that has to be kept.
public final class Ledger {
    private final EventTemplates events;
    private final BitSet acknowledged = new BitSet();
    private final BitSet unknown = new BitSet();

    Ledger(EventTemplates events) {
        this.events = events;
    }

    void acknowledge(int sequence) {
        acknowledged.set(sequence);
    }

    /// Neither acknowledged nor refused before it was looked at: Kafka may have it or not, as after a 503 for want of its
    /// acknowledgement in time.
    void unknown(int sequence) {
        unknown.set(sequence);
    }

    IntStream unknown() {
        return unknown.stream();
    }

    /// The body of an event's request.
    String json(int sequence) {
        return events.json(sequence);
    }

    void addAll(Ledger other) {
        unknown.or(other.unknown);
        acknowledged.or(other.acknowledged);
    }

    /// Both ledgers together; they must be of the same run and number of matches.
    public Ledger plus(Ledger other) {
        var sum = new Ledger(events);
        sum.addAll(this);
        sum.addAll(other);
        return sum;
    }

    public long total() {
        return acknowledged.cardinality();
    }

    public boolean isAcknowledged(int sequence) {
        return acknowledged.get(sequence);
    }

    public String matchId(int sequence) {
        return events.matchId(events.match(sequence));
    }

    public UUID eventId(int sequence) {
        return events.eventId(sequence);
    }

    /// Acknowledged events of each match; matches without any are left out.
    public Map<String, Long> byMatch() {
        var counts = new TreeMap<String, Long>();
        acknowledged.stream().forEach(sequence -> counts.merge(matchId(sequence), 1L, Long::sum));
        return counts;
    }

    /// Acknowledged events of a match by type.
    public Map<String, Long> byType(String matchId) {
        var counts = new TreeMap<String, Long>();
        acknowledged.stream().filter(sequence -> matchId(sequence).equals(matchId))
                .forEach(sequence -> counts.merge(events.type(sequence), 1L, Long::sum));
        return counts;
    }
}
