package com.fanfinity.analytics.pipeline;

/// The marker that replaces the state of a match once ClickHouse holds all its events. It has the facts that the rows
/// lack, and the number of rows that must exist.
///
/// @param archivedAt the time of the archival, milliseconds since the epoch. Every event that was acknowledged before
///     it is among the events that are not late
/// @param totalEvents accepted events, each counted once
/// @param lateEvents events of these that arrived after the archival; ClickHouse may not have them yet
/// @param duplicates how often an accepted event arrived again
/// @param lastActivityAt when the newest event arrived, milliseconds since the epoch
/// @param latencies of the events that arrived before the archival
public record Archived(long archivedAt, long totalEvents, long lateEvents, long duplicates, long lastActivityAt,
        Latencies latencies)
        implements
            MatchState {

    /// Distinguishes a marker from {@link MatchStats}, whose versions count from 1.
    static final int VERSION = 101;

    /// @param completeUpTo every event that was acknowledged before this time is counted
    static Archived of(MatchStats stats, long completeUpTo) {
        return new Archived(completeUpTo, stats.totalEvents(), 0, stats.duplicates(), stats.lastActivityAt(),
                stats.latencies());
    }

    Archived plusEvent(long arrivedAt) {
        return new Archived(archivedAt, totalEvents + 1, lateEvents + 1, duplicates,
                Math.max(lastActivityAt, arrivedAt), latencies);
    }

    Archived plusDuplicate() {
        return new Archived(archivedAt, totalEvents, lateEvents, duplicates + 1, lastActivityAt, latencies);
    }

    /// The number of events that ClickHouse held when the match was archived.
    public long eventsStored() {
        return totalEvents - lateEvents;
    }

    byte[] toBytes() {
        return new StateOutput(VERSION).number(archivedAt).number(totalEvents).number(lateEvents).number(duplicates)
                .number(lastActivityAt)
                .blob(latencies.toBytes()).toBytes();
    }

    static Archived ofBytes(byte[] bytes) {
        return StateInput.read(bytes, VERSION,
                in -> new Archived(in.number(), in.number(), in.number(), in.number(), in.number(),
                        Latencies.ofBytes(in.blob())));
    }
}
