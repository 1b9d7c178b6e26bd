package com.fanfinity.analytics.pipeline;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import com.fanfinity.analytics.event.EventType;
import com.fanfinity.analytics.event.MatchEvent;

/// States of matches and minutes, for tests of the packages that read them.
public final class StatsSamples {

    public static final long ARCHIVED_AT = 2_000;

    private StatsSamples() {}

    /// A match with one event at each of the times; ended if `type` is the end.
    public static MatchStats match(EventType type, long arrivedAt, Instant... times) {
        MatchStats stats = MatchStats.empty();
        Map<Long, Long> minutes = new HashMap<>();
        for (Instant time : times) {
            long minute = MinuteStats.minuteOf(time.toEpochMilli());
            stats.add(event(type, time), minutes.merge(minute, 1L, Long::sum), arrivedAt, 1_000);
            if (type == EventType.MATCH_END) {
                stats.apply(type, Optional.empty(), 1);
            }
        }
        return stats;
    }

    /// The index of these matches.
    public static MatchIndex index(Map<String, MatchStats> matches) {
        MatchIndex index = new MatchIndex(Integer.MAX_VALUE);
        matches.forEach((id, stats) -> move(index, id, stats));
        return index;
    }

    /// Adds a match, or moves it to its place.
    public static void move(MatchIndex index, String matchId, MatchStats stats) {
        index.put(matchId, stats.status(), stats.lastActivityAt(), 0);
    }

    /// A match that was archived at {@link #ARCHIVED_AT}.
    ///
    /// @param late of the events
    public static Archived archived(long totalEvents, long late) {
        return new Archived(ARCHIVED_AT, totalEvents, late, 7, 1_000, Latencies.empty());
    }

    public static MinuteStats minute(int events) {
        MinuteStats minute = MinuteStats.empty();
        for (int i = 0; i < events; i++) {
            minute.add(event(EventType.PASS, Instant.EPOCH));
        }
        return minute;
    }

    /// The most teams, with the longest ids in JSON: 64 control characters, which take six bytes each.
    public static MinuteStats worstMinute() {
        MinuteStats minute = MinuteStats.empty();
        for (int team = 0; team < Counts.MAX_TEAMS + 9; team++) {
            String id = "\u0001".repeat(62) + (char) (1 + team % 8) + (char) (1 + team / 8);
            for (EventType type : EventType.values()) {
                minute.add(event(type, Instant.EPOCH, Optional.of(id)));
            }
        }
        return minute;
    }

    private static MatchEvent event(EventType type, Instant time) {
        return event(type, time, type.needsTeam() ? Optional.of("4418") : Optional.empty());
    }

    private static MatchEvent event(EventType type, Instant time, Optional<String> team) {
        return new MatchEvent(new UUID(1, time.toEpochMilli()), "m", type, time, team, Optional.empty(),
                Optional.empty(),
                MatchEvent.Detail.NONE);
    }
}
