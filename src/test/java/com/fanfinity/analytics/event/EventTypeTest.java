package com.fanfinity.analytics.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventTypeTest {

    /// Stored state contains these numbers. New lines are allowed; existing lines must not change.
    private static final Map<Integer, String> CODES = new TreeMap<>(Map.ofEntries(Map.entry(1, "match_start"),
            Map.entry(2, "period_start"),
            Map.entry(3, "period_end"), Map.entry(4, "match_end"), Map.entry(5, "stoppage"), Map.entry(6, "var_review"),
            Map.entry(7, "retraction"),
            Map.entry(8, "goal"), Map.entry(9, "own_goal"), Map.entry(10, "penalty_missed"),
            Map.entry(11, "shootout_goal"),
            Map.entry(12, "shootout_missed"), Map.entry(13, "yellow_card"), Map.entry(14, "second_yellow_card"),
            Map.entry(15, "red_card"),
            Map.entry(16, "substitution"), Map.entry(17, "shot"), Map.entry(18, "pass"), Map.entry(19, "foul"),
            Map.entry(20, "offside"),
            Map.entry(21, "corner"), Map.entry(22, "free_kick"), Map.entry(23, "throw_in"), Map.entry(24, "goal_kick"),
            Map.entry(25, "penalty"),
            Map.entry(26, "save"), Map.entry(27, "interception"), Map.entry(28, "tackle"), Map.entry(29, "duel"),
            Map.entry(30, "clearance"),
            Map.entry(31, "touch"), Map.entry(32, "reaction"), Map.entry(33, "comment"), Map.entry(34, "prediction"),
            Map.entry(35, "share")));

    private static final Set<String> WITHOUT_TEAM = Set.of("match_start", "period_start", "period_end", "match_end",
            "stoppage",
            "var_review",
            "retraction", "reaction", "comment", "prediction", "share");

    @Test
    void code_ofEveryType_isTheOneInStoredState() {
        Map<Integer, String> codes = Arrays.stream(EventType.values())
                .collect(Collectors.toMap(EventType::code, EventType::wireName, (a, b) -> a + " and " + b,
                        TreeMap::new));

        assertEquals(CODES, codes);
    }

    @Test
    void needsTeam_typesOfTheContract_areTheTeams() {
        Set<String> without = Arrays.stream(EventType.values()).filter(type -> !type.needsTeam())
                .map(EventType::wireName)
                .collect(Collectors.toSet());

        assertEquals(WITHOUT_TEAM, without);
    }

    @Test
    void isKeyMoment_everyType_isTrueForThoseSentToViewers() {
        Set<String> moments = Arrays.stream(EventType.values()).filter(EventType::isKeyMoment).map(EventType::wireName)
                .collect(Collectors.toSet());

        assertEquals(Set.of("goal", "own_goal", "penalty_missed", "shootout_goal", "shootout_missed", "yellow_card",
                "second_yellow_card",
                "red_card", "substitution", "match_start", "period_start", "period_end", "match_end", "var_review",
                "retraction"), moments);
    }

    @ParameterizedTest
    @EnumSource(EventType.class)
    void ofCodeAndOfWireName_everyType_findIt(EventType type) {
        assertEquals(type, EventType.ofCode(type.code()));
        assertEquals(Optional.of(type), EventType.ofWireName(type.wireName()));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, EventType.CODES, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void ofCode_noType_throws(int code) {
        assertThrows(IllegalArgumentException.class, () -> EventType.ofCode(code));
    }

    @Test
    void ofWireName_otherSpelling_isEmpty() {
        for (String name : List.of("", "GOAL", "Goal", "own-goal", "goal ")) {
            assertEquals(Optional.empty(), EventType.ofWireName(name), name);
        }
    }
}
