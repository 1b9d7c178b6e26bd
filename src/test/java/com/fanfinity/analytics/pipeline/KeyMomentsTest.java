package com.fanfinity.analytics.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.event.EventType;
import com.fanfinity.analytics.lab.verify.EventJson;

/// The published key moments, and the list of key moments.
class KeyMomentsTest {

    private final PipelineDriver driver = new PipelineDriver();

    @AfterEach
    void close() {
        driver.close();
    }

    private static EventJson goal(long number) {
        return EventJson.of("m", "goal", number).team("A");
    }

    private static EventJson retraction(long number, EventJson target) {
        return EventJson.retraction("m", number, target.eventId());
    }

    private List<JsonNode> published() {
        return driver.publishedMoments().stream().map(PipelineDriver::json).toList();
    }

    /// The published moments, as `type score retracted`.
    private List<String> inShort() {
        return published().stream()
                .map(moment -> (moment.get("eventType").asText() + ' ' + moment.get("score") + ' '
                        + moment.get("retracted")).replace("\"",
                                ""))
                .toList();
    }

    @Test
    void process_goal_isPublishedAtOnceWithTheScoreAfterIt() {
        driver.send(EventJson.kickOff("m", 1, "A", "B"), goal(2).metadata("{\"minute\": 38}"));

        var published = driver.publishedMoments();
        assertEquals("m", PipelineDriver.text(published.getLast().key()));
        assertEquals(
                "{\"eventId\":\"" + EventJson.idOf(2)
                        + "\",\"matchId\":\"m\",\"eventType\":\"goal\",\"timestamp\":\"2026-11-21T12:00:00.000Z\","
                        + "\"teamId\":\"A\",\"metadata\":{\"minute\": 38},\"score\":{\"A\":1,\"B\":0},\"shootout\":{},\"retracted\":false}",
                PipelineDriver.text(published.getLast().value()));
        assertEquals(2, published.size());
    }

    @Test
    void process_eventsOfEveryType_publishesOnlyKeyMoments() {
        EventType[] types = EventType.values();
        for (EventType type : types) {
            EventJson event = EventJson.of("m", type.wireName(), type.code()).team("A");
            driver.send(type == EventType.RETRACTION ? retraction(type.code(), goal(999)) : event);
        }

        assertEquals(Arrays.stream(types).filter(EventType::isKeyMoment).map(EventType::wireName).toList(),
                published().stream().map(moment -> moment.get("eventType").asText()).toList());
        assertEquals(types.length, driver.stats("m").totalEvents());
    }

    @Test
    void process_severalWithinOneInterval_publishesEach() {
        driver.send(goal(1), goal(2), EventJson.of("m", "own_goal", 3).team("B"),
                EventJson.of("m", "shootout_goal", 4).team("B"));

        List<JsonNode> published = published();
        assertEquals("[{\"A\":1}, {\"A\":2}, {\"A\":3,\"B\":0}, {\"A\":3,\"B\":0}]",
                published.stream().map(moment -> moment.get("score")).toList().toString());
        assertEquals("{\"A\":0,\"B\":1}", published.getLast().get("shootout").toString());
    }

    @Test
    void process_duplicate_isNotPublishedAgain() {
        driver.send(goal(1), goal(1));

        assertEquals(List.of("goal {A:1} false"), inShort());
    }

    /// The dedupe has forgotten the event: it counts again, but it is the same moment.
    @Test
    void process_repeatedAfterItWasForgotten_isNotPublishedAgain() {
        driver.send(goal(1));
        driver.clock.advance(Duration.ofDays(5));

        driver.send(goal(1));

        assertEquals(List.of("goal {A:1} false"), inShort());
        assertEquals(2, driver.stats("m").totalEvents());
    }

    @Test
    void process_lateEventOfAnArchivedMatch_isNotPublished() {
        driver.send(goal(1));
        driver.publish();
        driver.storedUpTo(driver.clock.now().plus(Duration.ofDays(8)));
        driver.advance(Duration.ofDays(8));
        published();

        driver.send(goal(2));

        assertEquals(List.of(), published());
        assertEquals(2, driver.state("m").totalEvents());
    }

    @Test
    void process_retraction_isPublishedWithTheScoreAfterItAndItsTarget() {
        driver.send(goal(1), goal(2), retraction(3, goal(1)));

        assertEquals(List.of("goal {A:1} false", "goal {A:2} false", "retraction {A:1} false"), inShort());
    }

    @Test
    void process_retractionArrivedFirst_publishesTheMomentAsRetracted() {
        EventJson substitution = EventJson.of("m", "substitution", 4).team("A");
        driver.send(retraction(1, goal(2)), retraction(3, substitution));
        driver.send(goal(2), substitution);

        assertEquals(
                List.of("retraction {} false", "retraction {} false", "goal {} true", "substitution {} true"),
                inShort());
    }

    @Test
    void process_retractedRetraction_staysEffectiveInEitherOrder() {
        EventJson first = retraction(1, goal(9));
        driver.send(retraction(2, first), first, retraction(3, first), goal(9));

        assertEquals(List.of("retraction {} false", "retraction {} false", "retraction {} false", "goal {} true"),
                inShort());
    }

    @Test
    void process_metadataOver2KiB_isLeftOut() {
        String most = "{\"x\":\"" + "y".repeat(2048 - 8) + "\"}";
        String more = "{\"x\":\"" + "y".repeat(2048 - 9) + "ü\"}";
        driver.send(goal(1).metadata(most), goal(2).metadata(more));

        List<JsonNode> published = published();
        assertEquals(2048 - 8, published.getFirst().get("metadata").get("x").asText().length());
        assertFalse(published.getLast().has("metadata"));
    }

    @Test
    void process_retractionWithLargeMetadata_stillNamesItsTarget() {
        driver.send(EventJson.of("m", "retraction", 1)
                .metadata("{\"eventId\":\"" + EventJson.idOf(7).toString().toUpperCase(java.util.Locale.ROOT)
                        + "\",\"reason\":\""
                        + "y".repeat(3000) + "\"}"));

        assertEquals("{\"eventId\":\"" + EventJson.idOf(7) + "\"}", published().getFirst().get("metadata").toString());
    }

    @Test
    void process_metadataOverSeveralLines_isPublishedOnOneLine() {
        driver.send(goal(1).metadata("{\r\n \"text\":\r \"a\\nb\"\n}"));

        String published = PipelineDriver.text(driver.publishedMoments().getFirst().value());
        assertFalse(published.contains("\n") || published.contains("\r"), published);
        assertEquals("a\nb", PipelineDriver.json(published).get("metadata").get("text").asText());
    }

    // --- the list of moments

    private List<String> listed() {
        return driver.moments("m").json();
    }

    /// The listed moments, as `type number retracted`.
    private List<String> listedInShort(String match) {
        return driver.moments(match).json().stream().map(PipelineDriver::json)
                .map(moment -> moment.get("eventType").asText() + ' '
                        + Long.parseLong(moment.get("eventId").asText().substring(24), 16)
                        + ' '
                        + moment.get("retracted"))
                .toList();
    }

    @Test
    void moments_ofAMatch_areTheEventsWithoutTheScore() {
        driver.send(goal(2).metadata("{\r\n\"minute\": 38}"), EventJson.of("m", "pass", 3).team("A"));

        assertEquals(List.of("{\"eventId\":\"" + EventJson.idOf(2)
                + "\",\"matchId\":\"m\",\"eventType\":\"goal\",\"timestamp\":\"2026-11-21T12:00:00.000Z\","
                + "\"teamId\":\"A\",\"metadata\":{  \"minute\": 38},\"retracted\":false}"), listed());
        assertFalse(driver.moments("m").truncated());
        assertEquals(List.of(), driver.moments("unknown").json());
    }

    @Test
    void moments_inAnyOrder_areByTheirOwnTime() {
        driver.send(goal(1).at("2026-11-21T12:00:03Z"), goal(3).at("1966-07-30T14:00:00Z"),
                goal(2).at("2026-11-21T12:00:01Z"),
                goal(9).at("2026-11-21T12:00:01Z"), goal(4).inMatch("m1"), goal(5).inMatch("l"));

        assertEquals(List.of("goal 3 false", "goal 2 false", "goal 9 false", "goal 1 false"), listedInShort("m"));
    }

    /// In each order of the four events, with any number of repeats.
    @Test
    void moments_retractedInAnyOrder_areTheSame() {
        EventJson substitution = EventJson.of("m", "substitution", 1).team("A").at("2026-11-21T12:00:01Z");
        EventJson takenBack = retraction(2, substitution).at("2026-11-21T12:00:02Z");
        EventJson ofTheRetraction = retraction(3, takenBack).at("2026-11-21T12:00:03Z");
        EventJson ofAPass = retraction(4, goal(99)).at("2026-11-21T12:00:04Z");
        List<EventJson> events = List.of(substitution, takenBack, ofTheRetraction, ofAPass);
        for (int order = 0; order < 24; order++) {
            List<EventJson> left = new java.util.ArrayList<>(events);
            String match = "order-" + order;
            for (int choice = order, size = 4; size > 0; choice /= size, size--) {
                driver.send(left.remove(choice % size).inMatch(match));
            }
            driver.clock.advance(Duration.ofDays(5));
            events.forEach(again -> driver.send(again.inMatch(match)));

            assertEquals(
                    List.of("substitution 1 true", "retraction 2 false", "retraction 3 false", "retraction 4 false"),
                    listedInShort(match), match);
        }
    }

    @Test
    void moments_moreThan500_areTheNewest() {
        for (int i = 0; i < KeyMomentList.MOST; i++) {
            driver.send(goal(i).at(PipelineDriver.START.plusSeconds(i)));
        }
        assertFalse(driver.moments("m").truncated());

        driver.send(goal(1_000).at(PipelineDriver.START.plusSeconds(5_000)));

        assertEquals(KeyMomentList.MOST, listed().size());
        assertEquals("goal 1 false", listedInShort("m").getFirst());
        assertEquals("goal 1000 false", listedInShort("m").getLast());
        assertEquals(true, driver.moments("m").truncated());
    }

    /// The goal was stored before moments were listed. Its effect can still be retracted.
    @Test
    void moments_goalOfTheFirstVersionRetracted_losesItsEffectAndIsNotListed() {
        driver.send(goal(1), goal(2));
        var store = driver.store(StoreNames.MOMENTS);
        store.delete(StoreKeys.listed("m", PipelineDriver.START.toEpochMilli(), EventJson.idOf(1)));
        store.put(StoreKeys.event("m", EventJson.idOf(1)), java.util.HexFormat.of().parseHex("010010020241"));

        driver.send(retraction(3, goal(1)));

        assertEquals(1, driver.metrics("m").get("score").get("A").asInt());
        assertEquals(List.of("goal 2 false", "retraction 3 false"), listedInShort("m"));
    }
}
