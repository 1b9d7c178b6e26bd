package com.fanfinity.analytics.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

class MatchScriptTest {
    private static final Instant KICK_OFF = Instant.parse("2026-11-21T15:00:00Z");
    private static final Fixture FIXTURE = new Fixture("sim-x-1-1", "Cup", Club.of(1), Club.of(2));
    private static final List<MatchScript> SCRIPTS = LongStream.range(0, 200).mapToObj(MatchScriptTest::script)
            .toList();

    private static final Set<String> OF_THE_MATCH = Set.of("match_start", "period_start", "period_end", "match_end",
            "stoppage",
            "var_review",
            "retraction");
    private static final Set<String> OF_A_TEAM = Set.of("goal", "own_goal", "penalty_missed", "shootout_goal",
            "shootout_missed",
            "yellow_card",
            "second_yellow_card", "red_card", "substitution", "shot", "pass", "foul", "offside", "corner", "free_kick",
            "throw_in",
            "goal_kick",
            "penalty", "save", "interception", "tackle", "duel", "clearance", "touch");
    private static final Set<String> OF_FANS = Set.of("reaction", "comment", "prediction", "share");

    private static MatchScript script(long seed) {
        return MatchScript.write(seed, FIXTURE, KICK_OFF);
    }

    private static long count(MatchScript script, String type) {
        return script.events().stream().filter(event -> event.type().equals(type)).count();
    }

    @Test
    void write_anySeed_isOrderedFromMatchStartToMatchEnd() {
        for (MatchScript script : SCRIPTS) {
            Instant before = KICK_OFF;
            for (SimulatedEvent event : script.events()) {
                assertTrue(!event.timestamp().isBefore(before), () -> "out of order: " + event);
                before = event.timestamp();
            }
            assertEquals("match_start", script.events().getFirst().type());
            assertEquals("match_end", script.events().getLast().type());
            assertEquals(List.of(1L, 2L, 2L, 1L), List.of(count(script, "match_start"), count(script, "period_start"),
                    count(script, "period_end"), count(script, "match_end")));
            assertTrue(script.length().compareTo(Duration.ofMinutes(125)) < 0);
        }
    }

    @Test
    void write_anySeed_everyEventIsValid() {
        for (MatchScript script : SCRIPTS) {
            for (SimulatedEvent event : script.events()) {
                boolean team = OF_A_TEAM.contains(event.type());
                assertTrue(team || OF_THE_MATCH.contains(event.type()) || OF_FANS.contains(event.type()), event.type());
                assertTrue(!team || event.teamId().isPresent(), () -> "no team: " + event);
                event.teamId()
                        .ifPresent(id -> assertTrue(id.equals(FIXTURE.home().id()) || id.equals(FIXTURE.away().id())));
                event.playerId().ifPresent(id -> assertTrue(id.matches("[a-z-]+-\\d+") && id.length() <= 64, id));
            }
        }
    }

    @Test
    void write_anySeed_idsAreUnique() {
        for (MatchScript script : SCRIPTS) {
            assertEquals(script.events().size(),
                    script.events().stream().map(SimulatedEvent::eventId).distinct().count());
        }
    }

    @Test
    void write_anySeed_aRetractionNamesAnEarlierGoalOnce() {
        int retractions = 0;
        for (MatchScript script : SCRIPTS) {
            Set<String> goals = new HashSet<>();
            for (SimulatedEvent event : script.events()) {
                if (event.type().equals("goal")) {
                    goals.add(event.eventId().toString());
                } else if (event.type().equals("retraction")) {
                    retractions++;
                    assertTrue(goals.remove(String.valueOf(event.metadata().get("eventId"))),
                            () -> "takes back nothing: " + event);
                }
            }
        }
        assertTrue(retractions > 10, "only " + retractions);
    }

    @Test
    void write_anySeed_noPlayerActsAfterLeavingThePitch() {
        for (MatchScript script : SCRIPTS) {
            Set<String> gone = new HashSet<>();
            for (SimulatedEvent event : script.events()) {
                if (event.type().equals("substitution")) {
                    gone.add(String.valueOf(event.metadata().get("playerOut")));
                }
                event.playerId().ifPresent(id -> assertTrue(!gone.contains(id), () -> "has left: " + event));
                if (event.type().equals("red_card") || event.type().equals("second_yellow_card")) {
                    gone.add(event.playerId().orElseThrow());
                }
            }
        }
    }

    @Test
    void write_manySeeds_ratesMatchRealMatches() {
        var perMatch = new HashMap<String, Double>();
        SCRIPTS.forEach(
                s -> s.events().forEach(event -> perMatch.merge(event.type(), 1.0 / SCRIPTS.size(), Double::sum)));
        double goals = perMatch.getOrDefault("goal", 0.0) + perMatch.getOrDefault("own_goal", 0.0)
                - perMatch.getOrDefault("retraction", 0.0);
        double all = perMatch.values().stream().mapToDouble(Double::doubleValue).sum();
        double fans = OF_FANS.stream().mapToDouble(type -> perMatch.getOrDefault(type, 0.0)).sum();

        assertEquals(2.7, goals, 0.4, "goals");
        assertEquals(3.6, perMatch.getOrDefault("yellow_card", 0.0), 0.6, "yellow cards");
        assertEquals(0.55, perMatch.getOrDefault("pass", 0.0) / (all - fans), 0.05, "share of passes");
        assertEquals(13, (all - fans) / 112, 1.5, "events a minute");
        assertTrue(perMatch.containsKey("own_goal") && perMatch.containsKey("penalty_missed")
                && perMatch.containsKey("red_card"));
        SCRIPTS.forEach(s -> assertTrue(count(s, "goal") + count(s, "own_goal") <= 14));
    }

    @Test
    void write_goal_causesABurstOfFanEvents() {
        for (MatchScript script : SCRIPTS.subList(0, 20)) {
            script.events().stream().filter(event -> event.type().equals("goal")).forEach(goal -> {
                long shouts = script.events().stream().filter(event -> OF_FANS.contains(event.type()))
                        .filter(event -> event.offset().compareTo(goal.offset()) >= 0)
                        .filter(event -> event.offset().minus(goal.offset()).compareTo(Duration.ofMinutes(1)) < 0)
                        .count();
                assertTrue(shouts > 150, () -> "only " + shouts + " after " + goal);
            });
        }
    }

    @Test
    void write_sameSeed_sameEvents() {
        assertEquals(script(7), script(7));
        assertNotEquals(script(7).events(), script(8).events());
    }

    @Test
    void first_manySlots_someAreInProgressAndNoClubPlaysTwice() {
        var day = new SimulatedMatchDay("r", 1, 6, 10);
        Set<Club> clubs = new HashSet<>();
        for (int slot = 0; slot < 6; slot++) {
            MatchScript first = day.first(slot, KICK_OFF);
            MatchScript next = day.next(slot, 1, KICK_OFF);
            Set<Club> ofSlot = new HashSet<>(
                    List.of(first.fixture().home(), first.fixture().away(), next.fixture().home(),
                            next.fixture().away()));
            ofSlot.forEach(club -> assertTrue(clubs.add(club), () -> "plays in two slots: " + club));
            SimulatedEvent kickOff = first.events().getFirst();
            SimulatedEvent last = first.events().getLast();
            assertEquals(last.offset().dividedBy(10),
                    Duration.between(day.due(first, kickOff), day.due(first, last)));
        }
        assertEquals(Duration.ofMinutes(8), Duration.between(due(day, day.first(0, KICK_OFF)), KICK_OFF));
        assertEquals(KICK_OFF, due(day, day.first(5, KICK_OFF)));
    }

    private static Instant due(SimulatedMatchDay day, MatchScript match) {
        return day.due(match, match.events().getFirst());
    }

    /// The service rejects events of fans that are ahead of its clock.
    @Test
    void due_anySpeed_isNeverBeforeTheTimestamp() {
        for (double speed : new double[]{0.1, 1, 1.5, 10, 60, 1_000}) {
            var day = new SimulatedMatchDay("r", 1, 4, speed);
            for (int slot = 0; slot < 4; slot++) {
                for (MatchScript match : List.of(day.first(slot, KICK_OFF), day.next(slot, 1, KICK_OFF))) {
                    for (SimulatedEvent event : match.events()) {
                        assertTrue(!day.due(match, event).isBefore(event.timestamp()),
                                () -> "speed " + day.speed() + ": " + event);
                    }
                }
            }
        }
    }
}
