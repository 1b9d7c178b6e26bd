package com.fanfinity.analytics.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;

import org.junit.jupiter.api.Test;

class TopicsTest {

    @Test
    void all_noPrefix_areThoseOfTheContract() {
        assertEquals(
                List.of("match-events", "match-events-accepted", "match-events-dead", "match-minutes", "match-stats",
                        "match-moments"),
                new Topics("").all());
    }

    @Test
    void all_prefix_standsBeforeEach() {
        assertEquals(List.of("eu.match-events", "eu.match-events-accepted", "eu.match-events-dead", "eu.match-minutes",
                "eu.match-stats",
                "eu.match-moments"), new Topics("eu.").all());
    }

    @Test
    void of_eventsTopic_isSharedAndWithoutThePrefix() {
        assertEquals(List.of("match-events", "v2.match-events-accepted"),
                Topics.of("v2.", "match-events").all().subList(0, 2));
        assertEquals(new Topics("v2."), Topics.of("v2.", ""));
    }
}
