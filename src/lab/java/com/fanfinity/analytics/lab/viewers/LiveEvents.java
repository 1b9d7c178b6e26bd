package com.fanfinity.analytics.lab.viewers;

import java.time.Instant;

import com.fanfinity.analytics.event.EventType;
import com.fanfinity.analytics.lab.verify.EventJson;

/// The events of {@link LiveBench} and what they are known by when they come back.
///
/// A probe is of a type that nothing else in the run sends, and the probes of a match are sent one after the other. So a state of the
/// match that counts n of them shows the first n, and no later one: which probe is visible when is exact, whatever else is sent to the
/// match. (The time of the newest event would not tell: of two events on different connections the later may be counted first.) A key
/// moment is known by its id, which ends in its number.
final class LiveEvents {
    static final EventType PROBE = EventType.OFFSIDE;

    private static final int KIND_SHIFT = 40;
    private static final int MATCH_SHIFT = 20;
    private static final long MASK = (1 << MATCH_SHIFT) - 1;

    private LiveEvents() {}

    /// What an event is sent for; the code is part of its id.
    enum Kind {
        START(0, EventType.MATCH_START),
        PROBE(1, LiveEvents.PROBE),
        GOAL(2, EventType.GOAL);

        private final long code;
        private final EventType type;

        Kind(long code, EventType type) {
            this.code = code;
            this.type = type;
        }
    }

    /// @param run as in `bench-<run>-<match>`, so that background load can go to the same matches
    static String matchId(String run, int match) {
        return "bench-" + run + "-" + match;
    }

    /// @param number among those of its kind in its match, from 1
    static long number(Kind kind, int match, int number) {
        return kind.code << KIND_SHIFT | ((long) match << MATCH_SHIFT) | number;
    }

    static boolean isGoal(long number) {
        return number >> KIND_SHIFT == Kind.GOAL.code;
    }

    static int match(long number) {
        return (int) (number >> MATCH_SHIFT & MASK);
    }

    static int inMatch(long number) {
        return (int) (number & MASK);
    }

    static String json(String run, Kind kind, int match, int number, Instant at) {
        EventJson event = EventJson.of(matchId(run, match), kind.type.wireName(), number(kind, match, number)).at(at);
        return switch (kind) {
            case START -> event.metadata(
                    """
                            {"homeTeamId":"%s","awayTeamId":"%s","homeTeam":"Home %d","awayTeam":"Away %d","competition":"Bench","venue":"Loopback"}"""
                            .formatted(home(match), away(match), match, match))
                    .json();
            case PROBE, GOAL -> event.team(number % 2 == 0 ? home(match) : away(match)).json();
        };
    }

    /// As those of {@link EventTemplates}.
    private static String home(int match) {
        return "team-" + match * 2;
    }

    private static String away(int match) {
        return "team-" + (match * 2 + 1);
    }
}
