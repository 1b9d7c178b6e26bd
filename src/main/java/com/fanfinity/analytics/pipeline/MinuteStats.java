package com.fanfinity.analytics.pipeline;

import java.util.Map;
import java.util.SortedMap;

import com.fanfinity.analytics.event.EventType;
import com.fanfinity.analytics.event.MatchEvent;

/// What happened in one minute of a match, by event time. Counts only grow, so the number of events is also its version.
///
/// Not thread-safe: belongs to the one who read it from the store.
public final class MinuteStats {

    private static final int VERSION = 1;

    private final Counts counts;

    private MinuteStats(Counts counts) {
        this.counts = counts;
    }

    static MinuteStats empty() {
        return new MinuteStats(new Counts());
    }

    /// The minute that a time lies in, in minutes since the epoch.
    public static long minuteOf(long epochMillis) {
        return Math.floorDiv(epochMillis, 60_000L);
    }

    void add(MatchEvent event) {
        counts.add(event.type());
        event.teamId().ifPresent(counts::addTeam);
    }

    public long events() {
        return counts.total();
    }

    /// Only types that occurred.
    public Map<EventType, Long> byType() {
        return counts.byType();
    }

    /// Events that name a team, by team.
    public SortedMap<String, Long> byTeam() {
        return counts.byTeam();
    }

    byte[] toBytes() {
        StateOutput out = new StateOutput(VERSION);
        counts.writeTo(out);
        return out.toBytes();
    }

    public static MinuteStats ofBytes(byte[] bytes) {
        return StateInput.read(bytes, VERSION, in -> new MinuteStats(Counts.readFrom(in)));
    }
}
