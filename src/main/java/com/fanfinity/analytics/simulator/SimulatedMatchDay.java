package com.fanfinity.analytics.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// The schedule of matches. There is one slot per concurrent match. In each slot the matches follow each other, between
/// clubs of the slot, so that no club plays two matches at the same time.
///
/// @param run makes the match ids differ between processes with the same seed
/// @param speed a multiple of real time
record SimulatedMatchDay(String run, long seed, int slots, double speed) {
    static final int MOST_SLOTS = 60;
    private static final int CLUBS_OF_A_SLOT = 4;
    private static final Duration BREAK = Duration.ofMinutes(5);
    private static final Duration LATEST_START = Duration.ofMinutes(80);

    /// Longer than any match.
    private static final Duration LONGEST_MATCH = Duration.ofMinutes(125);
    private static final List<String> COMPETITIONS = List.of("Northern Premier Division", "Harbour Cup",
            "Crown League");

    SimulatedMatchDay {
        if (slots < 1 || slots > MOST_SLOTS || !(speed > 0) || Double.isInfinite(speed)) {
            throw new IllegalArgumentException("slots must be 1 to " + MOST_SLOTS + ", speed above 0");
        }
    }

    /// The first match of a slot. It started before `now`: the match of the first slot is in its second half, and that
    /// of the last slot just starts.
    MatchScript first(int slot, Instant now) {
        Duration played = LATEST_START.multipliedBy(slots - 1 - slot).dividedBy(Math.max(1, slots - 1));
        return script(slot, 0, now.minus(wall(played)));
    }

    /// The next match of a slot after `round` others; it starts a short break after `now`.
    MatchScript next(int slot, int round, Instant now) {
        return script(slot, round, now.plus(wall(BREAK)));
    }

    /// The wall-clock time at which an event is due, never before its own timestamp.
    Instant due(MatchScript match, SimulatedEvent event) {
        return match.kickOff().plus(lead()).plus(wall(event.offset()));
    }

    /// How long before its start by the wall clock a match kicks off. The events of a fast match follow each other
    /// faster than their timestamps. With this lead they reach the present only at the end of the longest match. The
    /// service rejects events of fans that lie in the future.
    private Duration lead() {
        Duration lead = LONGEST_MATCH.minus(wall(LONGEST_MATCH));
        return lead.isNegative() ? Duration.ZERO : lead;
    }

    private Duration wall(Duration played) {
        return Duration.ofNanos((long) (played.toNanos() / speed));
    }

    private MatchScript script(int slot, int round, Instant start) {
        var dice = new Dice(Dice.seed(seed, slot, round));
        int home = dice.between(0, CLUBS_OF_A_SLOT - 1);
        int away = (home + dice.between(1, CLUBS_OF_A_SLOT - 1)) % CLUBS_OF_A_SLOT;
        String competition = COMPETITIONS.get(slot % COMPETITIONS.size());
        String id = "sim-" + run + "-" + (slot + 1) + "-" + (round + 1);
        var fixture = new Fixture(id, competition, club(slot, home), club(slot, away));
        return MatchScript.write(Dice.seed(seed, slot, round, 1), fixture, start.minus(lead()));
    }

    /// Neighbours in the list of clubs go to different slots.
    private static Club club(int slot, int number) {
        return Club.of(slot + number * (Club.COUNT / CLUBS_OF_A_SLOT));
    }
}
