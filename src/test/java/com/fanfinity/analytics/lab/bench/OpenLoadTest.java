package com.fanfinity.analytics.lab.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.lab.bench.OpenLoad.Arrivals;
import com.fanfinity.analytics.lab.bench.OpenLoad.Options;

class OpenLoadTest {
    private static final Options OPTIONS = Options.of(1000, Duration.ofMillis(600), 8, 7, "t1");

    @Test
    void run_everyAnswerIs202_ledgerEqualsTheServersEvents() throws Exception {
        Set<String> bodies = ConcurrentHashMap.newKeySet();
        try (var server = new TinyServer(_ -> 202, bodies::add)) {
            var result = OpenLoad.run(server.uri(), OPTIONS);

            assertEquals(Map.of(202, 600L), result.byStatus());
            assertEquals(0, result.errors());
            assertEquals(600, result.acknowledged().total());
            assertEquals(600, result.latencyNanos().getTotalCount());
            var seen = new HashMap<String, Long>();
            var ids = new HashMap<String, String>();
            for (String body : bodies) {
                JsonNode event = new ObjectMapper().readTree(body);
                seen.merge(event.path("matchId").asText(), 1L, Long::sum);
                ids.put(event.path("eventId").asText(), event.path("matchId").asText());
            }
            assertEquals(seen, result.acknowledged().byMatch());
            for (int sequence = 0; sequence < 600; sequence++) {
                String id = result.acknowledged().eventId(sequence).toString();
                assertEquals(result.acknowledged().matchId(sequence), ids.get(id), "event " + sequence);
            }
        }
    }

    @Test
    void run_someAnswersAre503_onlyThe202sAreAcknowledged() throws Exception {
        try (var server = new TinyServer(n -> n % 3 == 0 ? 503 : 202, _ -> {})) {
            var result = OpenLoad.run(server.uri(), OPTIONS);

            assertEquals(Map.of(202, 400L, 503, 200L), result.byStatus());
            assertEquals(400, result.acknowledged().total());
            String match = result.acknowledged().matchId(1);
            long ofMatch = result.acknowledged().byType(match).values().stream().mapToLong(Long::longValue).sum();
            assertEquals(result.acknowledged().byMatch().get(match), ofMatch);
        }
    }

    @Test
    void run_serverStalls_tailShowsTheStallOfAllDueRequests() throws Exception {
        var stalled = new AtomicBoolean();
        var never = new CountDownLatch(1);
        var gate = new Object();
        try (var server = new TinyServer(n -> {
            synchronized (gate) {
                if (n == 200 && stalled.compareAndSet(false, true)) {
                    await(never, 300);
                }
            }
            return 202;
        }, _ -> {})) {
            var result = OpenLoad.run(server.uri(), OPTIONS);

            assertEquals(600, result.acknowledged().total());
            assertTrue(result.latencyMillis(100) >= 295, "max " + result.latencyMillis(100));
            // 1,000/s for 300 ms: half of the 600 were due in the stall, and half of those waited for 150 ms or more.
            assertTrue(result.latencyMillis(80) >= 100, "p80 " + result.latencyMillis(80));
        }
    }

    @Test
    void run_serverDropsConnections_eachIsAnErrorAndTheLoadContinues() throws Exception {
        try (var server = new TinyServer(n -> n % 100 == 50 ? 0 : 202, _ -> {})) {
            var result = OpenLoad.run(server.uri(), OPTIONS);

            assertEquals(6, result.errors());
            assertEquals(594, result.acknowledged().total());
            assertEquals(600, result.latencyNanos().getTotalCount());
        }
    }

    @Test
    void run_serverNeverAnswers_endsAfterTheDrainWithEveryRequestAnError() throws Exception {
        var never = new CountDownLatch(1);
        try (var server = new TinyServer(_ -> {
            await(never, 60_000);
            return 202;
        }, _ -> {})) {
            var result = OpenLoad.run(server.uri(),
                    OPTIONS.with(Arrivals.POISSON, 2, Duration.ofMillis(50), Duration.ofMillis(1)));
            never.countDown();

            assertEquals(600, result.errors());
            assertEquals(8, result.sent());
            assertEquals(600, result.latencyNanos().getTotalCount());
            assertTrue(result.elapsed().compareTo(Duration.ofSeconds(10)) < 0);
        }
    }

    @Test
    void run_addressNotLoopback_isRejected() {
        assertThrows(IllegalArgumentException.class, () -> OpenLoad.run(URI.create("http://192.0.2.1:8080"), OPTIONS));
    }

    @Test
    void options_longerThanTenMinutes_isRejected() {
        assertThrows(IllegalArgumentException.class, () -> Options.of(1, Duration.ofMinutes(11), 1, 1, "x"));
    }

    private static void await(CountDownLatch latch, long millis) {
        try {
            boolean _ = latch.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
