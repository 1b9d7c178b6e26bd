package com.fanfinity.analytics.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.event.EventType;
import com.fanfinity.analytics.lab.verify.EventJson;

/// The result does not depend on the order of the events, nor on repeats.
class OrderTest {

    private static final Instant KICK_OFF = Instant.parse("2018-07-15T15:00:00Z");

    private final PipelineDriver driver = new PipelineDriver();

    @AfterEach
    void close() {
        driver.close();
    }

    /// The queryable state of a match, without the members that depend on the time of sending: latencies, activity,
    /// duplicates.
    private record Answers(JsonNode metrics, SortedMap<Long, String> minutes, List<JsonNode> recent,
            List<JsonNode> moments,
            JsonNode published, SortedMap<String, JsonNode> publishedMinutes) {}

    private Answers answers(String match) {
        driver.publish();
        SortedMap<Long, String> minutes = new TreeMap<>();
        driver.minutes(match).forEach((minute, stats) -> minutes.put(minute, stats.byType() + " " + stats.byTeam()));
        SortedMap<String, JsonNode> published = new TreeMap<>();
        driver.publishedMinutes().forEach(minute -> published.put(minute.get("minute").asText(), timeless(minute)));
        return new Answers(timeless(driver.metrics(match)), minutes,
                driver.recent(match, RecentEvents.KEPT).stream().map(OrderTest::timeless).toList(),
                driver.moments(match).json().stream().map(PipelineDriver::json).map(OrderTest::timeless).toList(),
                timeless(driver.publishedStats().getLast()), published);
    }

    private static JsonNode timeless(JsonNode json) {
        ObjectNode copy = json.deepCopy();
        if (json.has("duplicates")) {
            copy.remove("version"); // counts duplicates too
        }
        copy.remove(List.of("matchId", "responseTimePercentiles", "lastActivityAt", "duplicates", "asOf"));
        return copy;
    }

    private static List<EventJson> match(Random random) {
        List<EventJson> events = new ArrayList<>();
        int size = 60 + random.nextInt(60);
        for (int number = 0; number < size; number++) {
            EventType type = EventType.ofCode(1 + random.nextInt(EventType.CODES - 1));
            Instant at = KICK_OFF.plusMillis(random.nextInt(8 * 60) * 1_000L);
            EventJson event = switch (type) {
                case RETRACTION -> EventJson.retraction("m", number, EventJson.idOf(random.nextInt(size + 5)));
                case MATCH_START -> EventJson.kickOff("m", number, "A", random.nextBoolean() ? "B" : "C");
                default -> EventJson.of("m", type.wireName(), number);
            };
            events.add((type.needsTeam() || random.nextInt(4) == 0
                    ? event.team("ABC".substring(random.nextInt(3)).substring(0, 1))
                    : event)
                    .at(at));
        }
        return events;
    }

    @Test
    void send_shuffledWithRepeats_isTheSameAsInOrder() {
        for (long seed = 0; seed < 30; seed++) {
            // Given
            Random random = new Random(seed);
            List<EventJson> events = match(random);
            String ordered = "ordered-" + seed;
            events.stream().sorted(java.util.Comparator.comparing(EventJson::at))
                    .forEach(event -> driver.send(event.inMatch(ordered)));
            Answers expected = answers(ordered);

            // When
            String shuffled = "shuffled-" + seed;
            List<EventJson> sent = new ArrayList<>(events);
            sent.addAll(events.subList(0, events.size() / 5));
            Collections.shuffle(sent, random);
            sent.forEach(event -> driver.send(event.inMatch(shuffled)));

            // Then
            Answers found = answers(shuffled);
            String message = "seed " + seed;
            assertEquals(expected, found, message);
            assertEquals(expected.metrics(), expected.published(), message);
            assertEquals(events.size() / 5, driver.stats(shuffled).duplicates(), message);
        }
    }

    @Test
    void send_publishedInBetween_endsWithTheSamePublication() {
        for (long seed = 100; seed < 110; seed++) {
            Random random = new Random(seed);
            List<EventJson> events = match(random);
            String once = "once-" + seed;
            events.forEach(event -> driver.send(event.inMatch(once)));
            Answers expected = answers(once);

            String often = "often-" + seed;
            SortedMap<String, JsonNode> minutes = new TreeMap<>();
            for (EventJson event : events) {
                driver.send(event.inMatch(often));
                driver.advance(Duration.ofMillis(random.nextInt(90)));
                driver.publishedMinutes()
                        .forEach(minute -> minutes.put(minute.get("minute").asText(), timeless(minute)));
            }

            Answers found = answers(often);
            minutes.putAll(found.publishedMinutes());
            assertEquals(expected.publishedMinutes(), minutes, "seed " + seed);
            assertEquals(expected.metrics(), found.metrics(), "seed " + seed);
        }
    }
}
