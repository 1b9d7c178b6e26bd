package com.fanfinity.analytics.lab.viewers;

import java.time.Instant;

import com.fanfinity.analytics.event.EventType;
import com.fanfinity.analytics.lab.verify.EventJson;

/// The events of [LiveBench], which viewers recognize in their stream.
///
/// A probe has a type that no other event of the run has, and the probes of a match are sent one at a time. A state of
/// the match that counts n probes therefore contains exactly the first n, independent of other events. (The time of the
/// newest event would be ambiguous, because events of different connections may be counted out of order.) The id of a
/// key moment ends in its number.
final class LiveEvents {
    static final EventType PROBE = EventType.OFFSIDE;

    private static final int KIND_SHIFT = 40;
    private static final int MATCH_SHIFT = 20;
    private static final long MASK = (1 << MATCH_SHIFT) - 1;

    private LiveEvents() {}

    /// The purpose of an event; its code is part of the event's id.
    enum Purpose {
        START(0, EventType.MATCH_START),
        PROBE(1, LiveEvents.PROBE),
        GOAL(2, EventType.GOAL);

        private final long code;
        private final EventType type;

        Purpose(long code, EventType type) {
            this.code = code;
            this.type = type;
        }
    }

    /// @param run the run in `bench-<run>-<match>`, so that background load can use the same matches
    static String matchId(String run, int match) {
        return "bench-" + run + "-" + match;
    }

    /// @param number the number among the events of its kind in its match, from 1
    static long number(Purpose kind, int match, int number) {
        return kind.code << KIND_SHIFT | ((long) match << MATCH_SHIFT) | number;
    }

    static boolean isGoal(long number) {
        return number >> KIND_SHIFT == Purpose.GOAL.code;
    }

    static int match(long number) {
        return (int) (number >> MATCH_SHIFT & MASK);
    }

    static int inMatch(long number) {
        return (int) (number & MASK);
    }

    static String json(String run, Purpose kind, int match, int number, Instant at) {
        EventJson event = EventJson.of(matchId(run, match), kind.type.wireName(), number(kind, match, number)).at(at);
        return switch (kind) {
            case START -> event.metadata(
                    """
                            {"homeTeamId":"%s","awayTeamId":"%s","homeTeam":"Home %d","awayTeam":"Away %d",\
                            "competition":"Bench","venue":"Loopback"}"""
                            .formatted(home(match), away(match), match, match))
                    .json();
            case PROBE, GOAL -> event.team(number % 2 == 0 ? home(match) : away(match)).json();
        };
    }

    /// Like the match ids of [EventTemplates].
    private static String home(int match) {
        return "team-" + match * 2;
    }

    private static String away(int match) {
        return "team-" + (match * 2 + 1);
    }
}
