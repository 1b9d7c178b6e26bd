package com.fanfinity.analytics.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.ServiceProcess;
import com.fanfinity.analytics.stack.Stack;

/// Two instances, each with standbys of the other's partitions.
@Tag("slow")
class StandbysIT {

    private static final int PARTITIONS = 4;
    private static final int MATCHES = 40;
    private static final int EVENTS = 8_000;
    private static final int BATCH = 1_000;
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration TAKE_OVER = Duration.ofSeconds(30);

    @Test
    void instanceKilled_theOtherHasItsStateAlready() throws Exception {
        try (Stack stack = Stack.start("standbys", 2, Map.of("KAFKA_PARTITIONS", Integer.toString(PARTITIONS)));
                ApiClient both = stack.client();
                ApiClient killed = client(stack, stack.service());
                ApiClient survivor = client(stack, stack.services().getLast())) {
            for (int from = 0; from < EVENTS; from += BATCH) {
                int first = from;
                Await.until(SOON, "batch taken", () -> both.postBatch(events(first)).status() == 202);
            }
            Await.until(SOON, "all is counted",
                    () -> served(survivor).events() == EVENTS && served(killed).events() == EVENTS);
            for (ServiceProcess service : stack.services()) {
                try (ApiClient one = client(stack, service)) {
                    Await.until(SOON, "half of the partitions active, half standby",
                            () -> tasks(one, "active") == PARTITIONS / 2
                                    && tasks(one, "standby") == PARTITIONS / 2);
                    Await.until(SOON, "the standbys have caught up", () -> lag(one) < 100);
                }
            }
            double before = restored(survivor);

            long kill = System.nanoTime();
            stack.service().kill();
            Await.until(TAKE_OVER, "the survivor serves every partition", () -> served(survivor),
                    new Served(true, EVENTS)::equals);
            Await.until(TAKE_OVER, "the survivor owns every partition", () -> tasks(survivor, "active") == PARTITIONS);
            Duration took = Duration.ofNanos(System.nanoTime() - kill);
            Await.until(SOON, "the survivor is ready", () -> survivor.get("/health/ready").status() == 200);

            double restored = restored(survivor) - before;
            System.out.println("standbys: taken over " + took.toMillis() + " ms after the kill, " + restored
                    + " records restored");
            assertTrue(restored < EVENTS / 10, "restored: " + restored);
            assertEquals(0, number(survivor, "kafka_streams_restore_remaining_records"), "nothing remains");
        }
    }

    private static ApiClient client(Stack stack, ServiceProcess service) {
        return new ApiClient(service.url(), stack.clickHouse().url());
    }

    private static List<String> events(int from) {
        return IntStream.range(from, from + BATCH).mapToObj(
                i -> "{\"eventId\":\"%s\",\"matchId\":\"standby-%d\",\"eventType\":\"pass\",\"teamId\":1,\"timestamp\":\"2026-11-21T10:00:00Z\"}"
                        .formatted(new UUID(7, i), i % MATCHES))
                .toList();
    }

    private static int tasks(ApiClient service, String kind) throws IOException, InterruptedException {
        int tasks = 0;
        for (JsonNode thread : service.get("/api/streams").json().path("threads")) {
            tasks += thread.path(kind).size();
        }
        return tasks;
    }

    /// The largest lag of a store.
    private static long lag(ApiClient service) throws IOException, InterruptedException {
        return service.get("/api/streams").json().path("stores").findValues("lag").stream().mapToLong(JsonNode::asLong)
                .max()
                .orElse(Long.MAX_VALUE);
    }

    /// @param complete whether all partitions can be read
    /// @param events counted in the readable partitions
    private record Served(boolean complete, long events) {}

    private static Served served(ApiClient service) throws IOException, InterruptedException {
        JsonNode list = service.get("/api/matches?limit=500").json();
        return new Served(list.path("complete").asBoolean(),
                list.path("matches").findValues("totalEvents").stream().mapToLong(JsonNode::asLong).sum());
    }

    private static double restored(ApiClient service) throws IOException, InterruptedException {
        return number(service, "kafka_streams_restored_records_total");
    }

    private static double number(ApiClient service, String meter) throws IOException, InterruptedException {
        return service.get("/metrics").body().lines().filter(line -> line.startsWith(meter + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(meter.length() + 1))).findFirst().orElseThrow();
    }
}
