package com.fanfinity.analytics.pipeline;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.junit.jupiter.api.Test;

class EarlyCommitsTest {

    private final EarlyCommits commits = new EarlyCommits(Duration.ofMillis(100));

    @Test
    void mayAsk_onceAnInterval() {
        assertTrue(commits.mayAsk(1_000));
        assertFalse(commits.mayAsk(1_099));
        assertTrue(commits.mayAsk(1_100));
    }

    @Test
    void mayAsk_afterTheClockWasSetBack() {
        assertTrue(commits.mayAsk(1_000));
        assertTrue(commits.mayAsk(10));
    }

    @Test
    void mayAsk_busyThread_onlyWhenItHasCalmedDown() {
        assertTrue(commits.mayAsk(1_000));
        for (int event = 0; event <= EarlyCommits.FEW; event++) {
            commits.processed();
        }
        assertFalse(commits.mayAsk(1_100));
        assertTrue(commits.mayAsk(1_200));
    }

    @Test
    void mayAsk_ofEachThread_goesByItsOwn() throws Exception {
        assertTrue(commits.mayAsk(1_000));
        try (ExecutorService other = Executors.newSingleThreadExecutor()) {
            assertTrue(other.submit(() -> commits.mayAsk(1_000)).get());
        }
    }
}
