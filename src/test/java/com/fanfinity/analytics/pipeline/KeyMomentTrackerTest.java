package com.fanfinity.analytics.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.lab.verify.EventJson;

class KeyMomentTrackerTest {

    private final PipelineDriver driver = new PipelineDriver();

    @AfterEach
    void close() {
        driver.close();
    }

    /// Sends the events in every order, each order to a separate match.
    ///
    /// @return the metrics, which must be the same for every order of the events
    private String inEveryOrder(List<EventJson> events) {
        List<List<EventJson>> orders = new ArrayList<>();
        permute(new ArrayList<>(events), 0, orders);
        Map<String, List<EventJson>> results = new TreeMap<>();
        for (int i = 0; i < orders.size(); i++) {
            String match = "order-" + i;
            orders.get(i).forEach(event -> driver.send(event.inMatch(match)));
            results.put(effects(match), orders.get(i));
        }
        assertEquals(1, results.size(), () -> "depends on the order: " + results);
        return results.keySet().iterator().next();
    }

    private String effects(String match) {
        JsonNode json = driver.metrics(match);
        return "%s %s %s goals=%s yellow=%s red=%s total=%s"
                .formatted(json.get("status").asText(), json.get("score"), json.get("shootout"),
                        json.get("goals"), json.get("yellowCards"), json.get("redCards"), json.get("totalEvents"))
                .replace("\"", "");
    }

    private static void permute(List<EventJson> events, int from, List<List<EventJson>> into) {
        if (from == events.size()) {
            into.add(List.copyOf(events));
        }
        for (int i = from; i < events.size(); i++) {
            java.util.Collections.swap(events, from, i);
            permute(events, from + 1, into);
            java.util.Collections.swap(events, from, i);
        }
    }

    private static EventJson event(String type, long number) {
        return EventJson.of("m", type, number).team("A");
    }

    private static EventJson retraction(long number, EventJson target) {
        return EventJson.retraction("m", number, target.eventId());
    }

    private static EventJson kickOff() {
        return EventJson.kickOff("m", 900, "A", "B");
    }

    @Test
    void apply_goalRetracted_doesNotCountButStaysAnEvent() {
        EventJson goal = event("goal", 1);

        String effects = inEveryOrder(List.of(kickOff(), goal, retraction(2, goal), event("goal", 3)));

        assertEquals("live {A:1,B:0} {} goals=1 yellow=0 red=0 total=4", effects);
    }

    @Test
    void apply_retractedTwice_countsOnce() {
        EventJson goal = event("goal", 1);

        String effects = inEveryOrder(
                List.of(kickOff(), goal, event("goal", 2), retraction(3, goal), retraction(4, goal)));

        assertEquals("live {A:1,B:0} {} goals=1 yellow=0 red=0 total=5", effects);
    }

    @Test
    void apply_ownGoalRetracted_isSubtractedFromTheOpponent() {
        EventJson ownGoal = event("own_goal", 1);

        String effects = inEveryOrder(List.of(kickOff(), ownGoal, event("own_goal", 2), retraction(3, ownGoal)));

        assertEquals("live {A:0,B:1} {} goals=1 yellow=0 red=0 total=4", effects);
    }

    @Test
    void apply_cardsRetracted_doNotCount() {
        EventJson yellow = event("yellow_card", 1);
        EventJson red = event("red_card", 2);

        String effects = inEveryOrder(
                List.of(yellow, red, event("second_yellow_card", 3), retraction(4, yellow), retraction(5, red)));

        assertEquals("live {A:0} {} goals=0 yellow=1 red=1 total=5", effects);
    }

    @Test
    void apply_secondYellowRetracted_isNeitherYellowNorRed() {
        EventJson second = event("second_yellow_card", 1);

        String effects = inEveryOrder(List.of(second, event("yellow_card", 2), retraction(3, second)));

        assertEquals("live {A:0} {} goals=0 yellow=1 red=0 total=3", effects);
    }

    @Test
    void apply_shootoutGoalRetracted_doesNotCount() {
        EventJson first = event("shootout_goal", 1);

        String effects = inEveryOrder(List.of(kickOff(), first, event("shootout_goal", 2), retraction(3, first)));

        assertEquals("live {A:0,B:0} {A:1,B:0} goals=0 yellow=0 red=0 total=4", effects);
    }

    @Test
    void apply_matchEndRetracted_makesTheMatchLive() {
        EventJson end = EventJson.of("m", "match_end", 1);

        String effects = inEveryOrder(List.of(kickOff(), end, retraction(2, end)));

        assertEquals("live {A:0,B:0} {} goals=0 yellow=0 red=0 total=3", effects);
    }

    @Test
    void apply_oneOfTwoEndsRetracted_leavesTheMatchEnded() {
        EventJson end = EventJson.of("m", "match_end", 1);

        String effects = inEveryOrder(List.of(end, EventJson.of("m", "match_end", 2), retraction(3, end)));

        assertEquals("ended {} {} goals=0 yellow=0 red=0 total=3", effects);
    }

    @Test
    void apply_retractionOfARetraction_hasNoEffect() {
        EventJson goal = event("goal", 1);
        EventJson retraction = retraction(2, goal);

        String effects = inEveryOrder(List.of(kickOff(), goal, retraction, retraction(3, retraction)));

        assertEquals("live {A:0,B:0} {} goals=0 yellow=0 red=0 total=4", effects);
    }

    @Test
    void apply_retractionOfItself_hasNoEffect() {
        EventJson self = EventJson.retraction("m", 1, EventJson.idOf(1));

        String effects = inEveryOrder(List.of(self, event("goal", 2)));

        assertEquals("live {A:1} {} goals=1 yellow=0 red=0 total=2", effects);
    }

    @Test
    void apply_retractionOfAPassOrOfNothing_changesOnlyCounts() {
        EventJson pass = event("pass", 1);

        String effects = inEveryOrder(List.of(kickOff(), pass, retraction(2, pass), retraction(3, event("goal", 999))));

        assertEquals("live {A:0,B:0} {} goals=0 yellow=0 red=0 total=4", effects);
    }

    @Test
    void apply_retractionInAnotherMatch_doesNotReachThisOne() {
        EventJson goal = event("goal", 1);

        driver.send(goal, retraction(2, goal).inMatch("m2"));

        assertEquals("live {A:1} {} goals=1 yellow=0 red=0 total=1", effects("m"));
    }

    /// After the dedupe has forgotten a goal, a repeat counts as an event again. The goal must still count once, and a
    /// retraction must still remove it.
    @Test
    void apply_goalRepeatedAfterItWasForgotten_canStillBeRetracted() {
        // Given
        EventJson goal = event("goal", 1).at("2026-11-21T12:00:00.000Z");
        driver.send(kickOff(), goal);
        driver.clock.advance(Duration.ofDays(5));
        driver.send(goal);
        assertEquals("live {A:1,B:0} {} goals=1 yellow=0 red=0 total=3", effects("m"));

        // When
        driver.send(retraction(2, goal));

        // Then
        assertEquals("live {A:0,B:0} {} goals=0 yellow=0 red=0 total=4", effects("m"));
    }

    @Test
    void apply_retractedGoalRepeatedAfterItWasForgotten_staysRetracted() {
        EventJson goal = event("goal", 1);
        driver.send(kickOff(), retraction(2, goal), goal);
        driver.clock.advance(Duration.ofDays(5));

        driver.send(goal);

        assertEquals("live {A:0,B:0} {} goals=0 yellow=0 red=0 total=4", effects("m"));
    }
}
