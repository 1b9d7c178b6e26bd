package com.fanfinity.analytics.pipeline;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.lab.verify.RecordedMatches.RecordedMatch;
import com.fanfinity.analytics.lab.verify.RecordedMatches.Truth;
import com.fanfinity.analytics.metrics.Meters.ProcessingOutcome;
import com.fanfinity.analytics.testing.TestMatches;

class RecordedMatchesTest {

    @Test
    void send_recordedMatchesShuffledTogetherWithRepeats_equalTheirTruths() {
        // Given
        List<RecordedMatch> matches = TestMatches.all();
        long seed = 2018;
        Random random = new Random(seed);
        List<Sent> sent = new ArrayList<>();
        long events = 0;
        for (RecordedMatch match : matches) {
            match.events().forEach(event -> sent.add(new Sent(match.truth().matchId(), event)));
            match.events().stream().filter(_ -> random.nextInt(10) == 0)
                    .forEach(event -> sent.add(new Sent(match.truth().matchId(), event)));
            events += match.events().size();
        }
        Collections.shuffle(sent, random);
        try (PipelineDriver driver = new PipelineDriver()) {

            // When
            sent.forEach(event -> driver.send(event.matchId(), event.json()));

            // Then
            assertEquals(events, driver.counted(ProcessingOutcome.ACCEPTED));
            assertEquals(sent.size() - events, driver.counted(ProcessingOutcome.DUPLICATE));
            assertEquals(List.of(), driver.dead());
            assertEquals(events, driver.accepted().size());
            assertAll(matches.stream().map(match -> () -> assertTrue(match.truth(), driver)));
        }
    }

    private record Sent(String matchId, String json) {}

    private static void assertTrue(Truth truth, PipelineDriver driver) {
        String match = truth.matchId();
        JsonNode metrics = driver.metrics(match);
        assertEquals("ended", metrics.get("status").asText(), match);
        assertEquals(truth.homeTeamId(), metrics.at("/teams/home/teamId").asText(), match);
        assertEquals(truth.awayTeamId(), metrics.at("/teams/away/teamId").asText(), match);
        assertEquals(truth.totalEvents(), metrics.get("totalEvents").asLong(), match);
        assertEquals(truth.score(), numbers(metrics.get("score")), match);
        assertEquals(truth.shootout(), numbers(metrics.get("shootout")), match);
        assertEquals(truth.eventsByType(), numbers(metrics.get("eventsByType")), match);
        assertEquals(truth.eventsByTeam(), numbers(metrics.get("eventsByTeam")), match);
        assertEquals(truth.firstEventAt(), Instant.parse(metrics.get("firstEventAt").asText()), match);
        assertEquals(truth.lastEventAt(), Instant.parse(metrics.get("lastEventAt").asText()), match);
        assertEquals(truth.peakCount(), metrics.at("/peakMinute/eventCount").asLong(), match);
        assertEquals(truth.peakMinutes().getFirst(), Instant.parse(metrics.at("/peakMinute/minute").asText()), match);
        // No event of a recorded match is a stray.
        long length = ChronoUnit.MINUTES.between(truth.eventsPerMinute().firstKey(), truth.eventsPerMinute().lastKey());
        assertEquals(Math.round(10.0 * truth.totalEvents() / (length + 1)) / 10.0,
                metrics.at("/eventsPerMinute/average").asDouble(), match);
        SortedMap<Instant, Long> minutes = new TreeMap<>();
        driver.minutes(match)
                .forEach((minute, stats) -> minutes.put(Instant.ofEpochSecond(60 * minute), stats.events()));
        assertEquals(truth.eventsPerMinute(), minutes, match);
    }

    private static SortedMap<String, Long> numbers(JsonNode object) {
        SortedMap<String, Long> numbers = new TreeMap<>();
        object.properties().forEach(member -> numbers.put(member.getKey(), member.getValue().asLong()));
        return numbers;
    }
}
