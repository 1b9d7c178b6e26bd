package com.fanfinity.analytics.pipeline;

import java.util.Map;
import java.util.SortedMap;

import com.fanfinity.analytics.event.EventType;
import com.fanfinity.analytics.event.MatchEvent;

/// The event counts of one minute of a match, by event time. Counts only grow, so the number of events is also the
/// version.
///
/// Not thread-safe: the thread that read it from the store owns it.
public final class MinuteStats {

    private static final int VERSION = 1;

    private final Counts counts;

    private MinuteStats(Counts counts) {
        this.counts = counts;
    }

    static MinuteStats empty() {
        return new MinuteStats(new Counts());
    }

    /// The minute of a time, in minutes since the epoch.
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

    /// Contains only types that occurred.
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
