package com.fanfinity.analytics.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.kafka.ReadingTime;

class ReadProgressTest {

    private static final TopicPartition ONE = new TopicPartition("stats", 0);
    private static final TopicPartition TWO = new TopicPartition("stats", 1);
    private static final Instant AT = Instant.parse("2026-11-21T15:00:00Z");
    private static final ReadingTime READING = new ReadingTime(AT, 0);

    private final ReadProgress progress = new ReadProgress();

    @Test
    void asOf_beforeAllEndsAreReached_isUnknown() {
        progress.offerEndOffsets(progress.generation(), READING, Map.of(ONE, 5L, TWO, 7L));
        progress.update(partition -> 6);

        assertEquals(Optional.empty(), progress.asOf(AT.plusSeconds(5), 5_000_000_000L));
    }

    @Test
    void asOf_allEndsReached_isTheTimeOfTheSample() {
        progress.offerEndOffsets(progress.generation(), READING, Map.of(ONE, 5L, TWO, 7L));
        progress.update(partition -> 7);

        assertEquals(Optional.of(AT), progress.asOf(AT.plusSeconds(5), 5_000_000_000L));
        assertFalse(progress.hasTarget());
    }

    @Test
    void endOffsets_whileAnOlderSampleWaits_areIgnored() {
        progress.offerEndOffsets(progress.generation(), READING, Map.of(ONE, 5L));
        progress.offerEndOffsets(progress.generation(), new ReadingTime(AT.plusSeconds(1), 1_000_000_000),
                Map.of(ONE, 50L));
        progress.update(partition -> 5);

        assertEquals(Optional.of(AT), progress.asOf(AT.plusSeconds(5), 5_000_000_000L));
    }

    @Test
    void endOffsets_requestedBeforeAReset_areIgnored() {
        long generation = progress.generation();
        progress.reset();
        progress.offerEndOffsets(generation, READING, Map.of(ONE, 5L));

        assertFalse(progress.hasTarget());
    }

    @Test
    void reset_clearsAsOf() {
        progress.offerEndOffsets(progress.generation(), READING, Map.of(ONE, 5L));
        progress.update(partition -> 5);
        progress.reset();

        assertEquals(Optional.empty(), progress.asOf(AT.plusSeconds(5), 5_000_000_000L));
    }
}
