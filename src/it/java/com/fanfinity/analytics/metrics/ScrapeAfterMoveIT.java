package com.fanfinity.analytics.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

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

/// A scrape reads metrics of stores that a rebalance has closed.
@Tag("slow")
class ScrapeAfterMoveIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration BINDER = Duration.ofSeconds(90);

    @Test
    void scrape_partitionsMovedAway_processLives() throws Exception {
        try (Stack stack = Stack.start("scrape-move", 2, Map.of("KAFKA_PARTITIONS", Stack.FEW))) {
            ServiceProcess owner = stack.services().getFirst();
            ServiceProcess joining = stack.services().getLast();
            int partitions = Integer.parseInt(Stack.FEW);
            try (ApiClient api = new ApiClient(owner.url(), stack.clickHouse().url())) {
                joining.kill();
                Await.until(SOON, "one instance owns every partition", () -> active(api) == partitions);
                Await.until(SOON, "events are taken", () -> api.postBatch(events()).status() == 202);
                Await.until(BINDER, "the binder has found the metrics of the stores, for which it looks once a minute",
                        () -> stores(api) >= partitions);

                joining.restart();
                Await.until(SOON, "partitions move away, and a scrape reads their metrics",
                        () -> api.get("/metrics").status() == 200 && active(api) < partitions);
                assertEquals(200, api.get("/metrics").status());
            }
        }
    }

    private static List<String> events() {
        return IntStream.range(0, 1_000).mapToObj(
                i -> "{\"eventId\":\"%s\",\"matchId\":\"scrape-%d\",\"eventType\":\"pass\",\"teamId\":1,\"timestamp\":\"2026-11-21T10:00:00Z\"}"
                        .formatted(new UUID(8, i), i % 40))
                .toList();
    }

    private static long stores(ApiClient api) throws IOException, InterruptedException {
        return api.get("/metrics").body().lines().filter(line -> line.startsWith("kafka_stream_state_put_rate{"))
                .count();
    }

    private static int active(ApiClient api) throws IOException, InterruptedException {
        int tasks = 0;
        for (JsonNode thread : api.get("/api/streams").json().path("threads")) {
            tasks += thread.path("active").size();
        }
        return tasks;
    }
}
