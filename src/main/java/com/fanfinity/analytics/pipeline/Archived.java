package com.fanfinity.analytics.pipeline;

/// What is left in the stores of a match whose events are all in ClickHouse: what rows there cannot tell, and how many there must be.
///
/// @param archivedAt milliseconds since the epoch
/// @param totalEvents accepted, each once
/// @param lateEvents of them those that came after it was archived: ClickHouse need not have them yet
/// @param duplicates times that an event came again and was not counted again
/// @param lastActivityAt when an event last came in, milliseconds since the epoch
/// @param latencies of the events that were counted live
public record Archived(long archivedAt, long totalEvents, long lateEvents, long duplicates, long lastActivityAt, Latencies latencies)
        implements
            MatchState {

    /// Told apart from {@link MatchStats} by this; those count theirs from 1.
    static final int VERSION = 101;

    static Archived of(MatchStats stats, long now) {
        return new Archived(now, stats.totalEvents(), 0, stats.duplicates(), stats.lastActivityAt(), stats.latencies());
    }

    Archived plusEvent(long arrivedAt) {
        return new Archived(archivedAt, totalEvents + 1, lateEvents + 1, duplicates, Math.max(lastActivityAt, arrivedAt), latencies);
    }

    Archived plusDuplicate() {
        return new Archived(archivedAt, totalEvents, lateEvents, duplicates + 1, lastActivityAt, latencies);
    }

    /// Events that ClickHouse had when the match was archived.
    public long eventsStored() {
        return totalEvents - lateEvents;
    }

    byte[] toBytes() {
        return new StateOutput(VERSION).number(archivedAt).number(totalEvents).number(lateEvents).number(duplicates).number(lastActivityAt)
                .blob(latencies.toBytes()).toBytes();
    }

    static Archived ofBytes(byte[] bytes) {
        return StateInput.read(bytes, VERSION, in -> new Archived(in.number(), in.number(), in.number(), in.number(), in.number(),
                Latencies.ofBytes(in.blob())));
    }
}
