package com.fanfinity.analytics.pipeline;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import com.fanfinity.analytics.event.EventType;

/// Counts of events by type and by team. Clients name the teams, so the number of separate teams is bounded.
final class Counts {

    /// The most separate teams of one match. Events of further teams are counted under {@link #OTHER_TEAMS}.
    static final int MAX_TEAMS = 64;

    static final String OTHER_TEAMS = "other";

    private long total;
    private final long[] byType = new long[EventType.CODES];
    private final SortedMap<String, Long> byTeam = new TreeMap<>();

    long total() {
        return total;
    }

    long of(EventType type) {
        return byType[type.code()];
    }

    void add(EventType type) {
        total++;
        byType[type.code()]++;
    }

    void addTeam(String teamId) {
        boolean room = byTeam.size() < MAX_TEAMS || byTeam.containsKey(teamId);
        byTeam.merge(room ? teamId : OTHER_TEAMS, 1L, Long::sum);
    }

    /// Only types that occurred.
    Map<EventType, Long> byType() {
        Map<EventType, Long> counts = new EnumMap<>(EventType.class);
        for (EventType type : EventType.values()) {
            if (of(type) > 0) {
                counts.put(type, of(type));
            }
        }
        return counts;
    }

    SortedMap<String, Long> byTeam() {
        return Collections.unmodifiableSortedMap(byTeam);
    }

    void writeTo(StateOutput out) {
        Map<EventType, Long> types = byType();
        out.number(types.size());
        types.forEach((type, count) -> out.number(type.code()).number(count));
        out.number(byTeam.size());
        byTeam.forEach((team, count) -> out.text(team).number(count));
    }

    static Counts readFrom(StateInput in) {
        Counts counts = new Counts();
        for (int left = in.small(); left > 0; left--) {
            int code = EventType.ofCode(in.small()).code();
            counts.byType[code] = in.number();
            counts.total += counts.byType[code];
        }
        for (int left = in.small(); left > 0; left--) {
            counts.byTeam.put(in.text(), in.number());
        }
        return counts;
    }
}
