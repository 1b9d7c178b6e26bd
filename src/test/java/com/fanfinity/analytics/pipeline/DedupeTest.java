package com.fanfinity.analytics.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.metrics.Meters.ProcessingOutcome;

class DedupeTest {

    private static final Duration WINDOW = Duration.ofDays(2);

    /// The start of a bucket.
    private static final Instant EDGE = Instant.ofEpochMilli(
            Math.floorDiv(PipelineDriver.START.toEpochMilli(), WINDOW.toMillis()) * WINDOW.toMillis());

    private static final EventJson EVENT = EventJson.of("m", "reaction", 1).at("2026-01-01T00:00:00.000Z");

    private final PipelineDriver driver = new PipelineDriver();

    @AfterEach
    void close() {
        driver.close();
    }

    private void assertOutcomes(long accepted, long duplicates) {
        assertEquals(accepted, driver.counted(ProcessingOutcome.ACCEPTED), "accepted");
        assertEquals(duplicates, driver.counted(ProcessingOutcome.DUPLICATE), "duplicates");
        assertEquals(0, driver.counted(ProcessingOutcome.DEAD), "dead");
    }

    @Test
    void process_sameEventAgain_isCountedAsDuplicateOnly() {
        driver.send(EVENT, EVENT, EVENT);

        assertOutcomes(1, 2);
        assertEquals(1, driver.accepted().size());
        assertEquals(1, driver.stats("m").totalEvents());
        assertEquals(2, driver.stats("m").duplicates());
        assertEquals(1, driver.recent("m", 10).size());
    }

    @Test
    void process_sameIdWithOtherContent_keepsTheFirst() {
        driver.send(EVENT, EventJson.of("m", "goal", 1).team("A"));

        assertOutcomes(1, 1);
        assertEquals("reaction", driver.recent("m", 10).getFirst().get("eventType").asText());
        assertEquals(0, driver.metrics("m").get("goals").asLong());
    }

    @Test
    void process_sameIdInOtherCase_isADuplicate() {
        driver.send("m", EVENT.json().replace(EVENT.eventId().toString(), "ABCDEFAB-CDEF-4BCD-8BCD-ABCDEFABCDEF"));

        driver.send("m", EVENT.json().replace(EVENT.eventId().toString(),
                "ABCDEFAB-CDEF-4BCD-8BCD-ABCDEFABCDEF".toLowerCase(Locale.ROOT)));

        assertOutcomes(1, 1);
    }

    @Test
    void process_sameIdInAnotherMatch_isAnotherEvent() {
        driver.send(EVENT, EVENT.inMatch("m2"), EVENT.inMatch("M"));

        assertOutcomes(3, 0);
    }

    @Test
    void process_againWithinTheWindowFromAnyPlaceInABucket_isADuplicate() {
        for (int hour = 0; hour < 48; hour++) {
            EventJson event = EventJson.of("m", "reaction", 100 + hour).at(EVENT.at());
            Instant first = EDGE.plus(Duration.ofDays(4L * hour)).plus(Duration.ofHours(hour));
            driver.clock.advance(Duration.between(driver.clock.instant(), first));
            driver.send(event);

            driver.sendAt(first.plus(Duration.ofHours(47)), event);
        }

        assertOutcomes(48, 48);
    }

    @Test
    void process_againAtTheLastMomentOfTheNextBucket_isADuplicate() {
        driver.sendAt(EDGE, EVENT);

        driver.clock.advance(WINDOW.multipliedBy(2));
        driver.sendAt(EDGE.plus(WINDOW.multipliedBy(2)).minusMillis(1), EVENT);

        assertOutcomes(1, 1);
    }

    @Test
    void process_againAtTheStartOfTheBucketAfterTheNext_isNew() {
        driver.sendAt(EDGE.plus(WINDOW).minusMillis(1), EVENT);

        driver.clock.advance(WINDOW.multipliedBy(3));
        driver.sendAt(EDGE.plus(WINDOW.multipliedBy(2)), EVENT);

        assertOutcomes(2, 0);
    }

    @Test
    void process_onTheEdgeOfTwoBuckets_isFoundInTheEarlier() {
        driver.sendAt(EDGE.minusMillis(1), EVENT);

        driver.sendAt(EDGE, EVENT);

        assertOutcomes(1, 1);
    }

    @Test
    void process_brokersClockStepsBack_keepsKnownIdentities() {
        // Given the clock steps back by a month
        driver.sendAt(EDGE.plusMillis(1), EVENT);
        driver.sendAt(EDGE.minus(Duration.ofDays(30)), EventJson.of("m", "reaction", 2).at(EVENT.at()));

        // When
        driver.sendAt(EDGE.minus(Duration.ofDays(30)), EVENT);
        driver.sendAt(EDGE.plus(Duration.ofHours(47)), EventJson.of("m", "reaction", 2).at(EVENT.at()));

        // Then
        assertOutcomes(2, 2);
    }

    @Test
    void process_anyStream_countsEachIdentityOnceWithinTheWindow() {
        for (long seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            String match = "p" + seed;
            Set<Integer> sent = new HashSet<>();

            for (int i = 0; i < 200; i++) {
                int number = random.nextInt(80);
                sent.add(number);
                driver.clock.advance(Duration.ofSeconds(random.nextInt(800)));
                driver.send(EventJson.of(match, "reaction", number).at(EVENT.at()));
            }

            long theSeed = seed;
            assertEquals(sent.size(), driver.stats(match).totalEvents(), () -> "seed " + theSeed);
            assertEquals(200 - sent.size(), driver.stats(match).duplicates(), () -> "seed " + theSeed);
        }
    }
}
