package com.fanfinity.analytics.lab.bench;

import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;

/// The events with a 202. The sequence of an event in the run determines its match, type and id, so one bit for each
/// event is enough.
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

    /// Events with an unknown outcome, neither acknowledged nor rejected before they were read: for example after a 503
    /// because Kafka did not acknowledge in time.
    void unknown(int sequence) {
        unknown.set(sequence);
    }

    IntStream unknown() {
        return unknown.stream();
    }

    /// The request body of an event.
    String json(int sequence) {
        return events.json(sequence);
    }

    void addAll(Ledger other) {
        unknown.or(other.unknown);
        acknowledged.or(other.acknowledged);
    }

    /// The union of two ledgers of the same run with the same number of matches.
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

    /// The number of acknowledged events of each match that has any.
    public Map<String, Long> byMatch() {
        var counts = new TreeMap<String, Long>();
        acknowledged.stream().forEach(sequence -> counts.merge(matchId(sequence), 1L, Long::sum));
        return counts;
    }

    /// The number of acknowledged events of a match by type.
    public Map<String, Long> byType(String matchId) {
        var counts = new TreeMap<String, Long>();
        acknowledged.stream().filter(sequence -> matchId(sequence).equals(matchId))
                .forEach(sequence -> counts.merge(events.type(sequence), 1L, Long::sum));
        return counts;
    }
}
