package com.fanfinity.analytics.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.junit.jupiter.api.Test;

class PublishRoundsTest {

    private static final long NOW = 1_795_000_000_000L;
    private static final long CALM = PublishRounds.CALM.toMillis();

    private final PublishRounds rounds = new PublishRounds(Duration.ofMillis(250), Duration.ofMillis(25));

    private boolean isOpen(long now) {
        return rounds.enterRound(now).isPresent();
    }

    private void processed(int events) {
        for (int event = 0; event < events; event++) {
            rounds.countEvent();
        }
    }

    @Test
    void open_firstTime_atOnceAndForAWhileTheSameRound() {
        assertEquals(OptionalLong.of(NOW), rounds.enterRound(NOW));
        assertEquals(OptionalLong.of(NOW), rounds.enterRound(NOW + 49));
        assertEquals(OptionalLong.empty(), rounds.enterRound(NOW + 50));
    }

    /// Occasional late ticks do not extend the time between rounds.
    @Test
    void open_lateTicks_countAsInTime() {
        assertEquals(OptionalLong.of(NOW), rounds.enterRound(NOW + 24));
        processed(1_000);
        assertEquals(OptionalLong.of(NOW + 250), rounds.enterRound(NOW + 250));
        processed(1_000);
        assertEquals(OptionalLong.of(NOW + 500), rounds.enterRound(NOW + 503));
    }

    @Test
    void open_calmThread_afterAShortWhile() {
        isOpen(NOW);
        processed(PublishRounds.FEW);

        assertFalse(isOpen(NOW + CALM - 1));
        assertTrue(isOpen(NOW + CALM));
    }

    @Test
    void open_busyThread_afterTheInterval() {
        isOpen(NOW);
        processed(PublishRounds.FEW + 1);

        assertFalse(isOpen(NOW + 249));
        assertTrue(isOpen(NOW + 250));
        assertTrue(isOpen(NOW + 250 + CALM), "it has calmed down");
    }

    @Test
    void open_busyAfterAPause_atOnce() {
        isOpen(NOW);
        processed(1_000);

        assertTrue(isOpen(NOW + 10_000));
    }

    @Test
    void open_urgentOnABusyThread_doesNotWaitForTheInterval() {
        isOpen(NOW);
        processed(1_000);
        rounds.requestEarlyRound();

        assertEquals(OptionalLong.of(NOW), rounds.enterRound(NOW + 49));
        assertEquals(OptionalLong.of(NOW + 50), rounds.enterRound(NOW + 50));
        processed(1_000);
        assertFalse(isOpen(NOW + 100), "the early round is used up");
    }

    /// Even if every event is urgent, the rounds, and so the commits, are bounded.
    @Test
    void open_urgentAllTheTime_atMostTwentyASecond() {
        Set<Long> opened = new HashSet<>();
        for (long at = 0; at < 1_000; at += 25) {
            rounds.requestEarlyRound();
            rounds.enterRound(NOW + at).ifPresent(opened::add);
        }

        assertEquals(20, opened.size());
    }

    @Test
    void open_clockSetBack_opens() {
        isOpen(NOW);
        processed(1_000);

        assertTrue(isOpen(NOW - 3_600_000));
        processed(1_000);
        assertFalse(isOpen(NOW - 3_600_000 + 100));
    }

    @Test
    void open_intervalShorterThanAll_goesByIt() {
        PublishRounds fast = new PublishRounds(Duration.ofMillis(10), Duration.ofMillis(5));

        assertEquals(OptionalLong.of(NOW), fast.enterRound(NOW));
        assertEquals(OptionalLong.of(NOW), fast.enterRound(NOW + 9));
        assertEquals(OptionalLong.of(NOW + 10), fast.enterRound(NOW + 10));
    }

    @Test
    void open_eachThread_goesByItsOwn() throws Exception {
        isOpen(NOW);
        assertFalse(isOpen(NOW + 60));
        try (ExecutorService other = Executors.newSingleThreadExecutor()) {
            assertTrue(other.submit(() -> isOpen(NOW + 60)).get());
        }
    }
}
