package com.fanfinity.analytics.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.Stack;

/// The number of series of a service stays bounded for all input from clients.
@Tag("endurance")
class SeriesIT {

    private static final Duration SETTLE = Duration.ofSeconds(60);

    /// Series that may be added by new outcomes: status codes, kinds of problem, causes of garbage collections.
    private static final int NEW_OUTCOMES = 100;

    /// A label of Kafka's own metrics, which are per partition, store and client. Some of them appear only a minute
    /// after the start.
    private static final String OF_KAFKA = "kafka_version=";

    /// Distinct ids of matches, teams and types. Most are in events that are rejected, because these cost only the
    /// request.
    private static final int IDS = 100_000;
    private static final int ACCEPTED = 20_000;
    private static final int BATCH = 5_000;

    /// Ten times the number of matches that may have a series. Each match needs state in the topology.
    private static final int MATCHES = 2_000;

    /// Sends new ids of events, matches, teams and requests, and unknown paths, methods and types. None may become a
    /// label.
    @Test
    void series_after100000DistinctIds_areNoMoreThanBefore() throws Exception {
        try (Stack stack = Stack.start("series", Map.of("LEDGER_INTERVAL", "1s")); ApiClient api = stack.client()) {
            flood(api);
            Await.until(Duration.ofSeconds(90),
                    "the binder has found the metrics of the stores, for which it looks once a minute",
                    () -> api.get("/metrics").body().contains("\nkafka_stream_state_"));
            List<String> page = api.get("/metrics").body().lines().toList();
            MetricsIT.assertAccepted(page);
            assertTrue(page.stream().noneMatch(line -> line.contains("uncommitted_bytes")), "the unsafe metric");
        }
    }

    private static void flood(ApiClient api) throws Exception {
        MetricsIT.useEveryRoute(api, "before");
        Await.until(SETTLE, "the metrics of every service are present",
                () -> value(api, "clickhouse_rows_written_total{table=\"match_stats\"}") > 0
                        && value(api, "ledger_reconciliation_seconds_count") > 0);
        Set<String> before = series(api);

        for (int first = 0; first < ACCEPTED; first += BATCH) {
            List<String> events = new ArrayList<>();
            for (int id = first; id < first + BATCH; id++) {
                events.add(EventJson.of("flood-m-" + id % MATCHES, "touch", 1_000L + id).team("flood-t-" + id).json());
            }
            Await.until(SETTLE, "a batch is taken", () -> api.postBatch(events).status() == 202);
        }
        for (int first = ACCEPTED; first < IDS; first += BATCH) {
            List<String> events = new ArrayList<>();
            for (int id = first; id < first + BATCH; id++) {
                events.add(EventJson.of("flood-r-" + id, "flood-e-" + id, 1_000L + id).team("flood-t-" + id).json());
            }
            Await.until(SETTLE, "a batch is refused", () -> api.postBatch(events).status() == 400);
        }
        for (int id = 0; id < 300; id++) {
            int number = id;
            api.get("/api/matches/flood-u-" + id + "/metrics");
            api.get("/flood-p-" + id);
            api.postEvent("{\"matchId\":\"flood-x-" + id + "\",\"eventType\":\"flood-e-" + id + "\"}");
            api.ask("/api/matches", request -> request.method("FLOOD" + number, BodyPublishers.noBody())
                    .header("X-Request-Id", "flood-r-" + number));
        }
        Await.until(SETTLE, "the topology has processed all matches",
                () -> value(api, "events_processed_total{outcome=\"accepted\"}") > ACCEPTED);

        Set<String> added = series(api);
        added.removeAll(before);
        assertEquals(List.of(),
                added.stream().filter(line -> line.contains(OF_KAFKA) && line.contains("flood")).toList());
        added.removeIf(line -> line.contains(OF_KAFKA));
        List<String> ofMatches = added.stream()
                .filter(line -> line.startsWith("match_events_total{match_id=\"flood-m-")).toList();
        List<String> ofIds = added.stream().filter(line -> line.toLowerCase(Locale.ROOT).contains("flood"))
                .filter(line -> !ofMatches.contains(line)).toList();
        assertTrue(ofMatches.size() <= MatchMeters.MOST, ofMatches.size() + " matches have a series");
        assertEquals(List.of(), ofIds);
        assertTrue(added.size() - ofMatches.size() <= NEW_OUTCOMES,
                () -> added.size() + " new series:\n" + String.join("\n", added));
    }

    private static double value(ApiClient api, String series) throws IOException, InterruptedException {
        return api.get("/metrics").body().lines().filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length()))).findFirst().orElse(0);
    }

    /// Names with their labels.
    private static Set<String> series(ApiClient api) throws IOException, InterruptedException {
        try (Stream<String> lines = api.get("/metrics").body().lines()) {
            return lines.filter(line -> !line.startsWith("#")).map(line -> line.substring(0, line.lastIndexOf(' ')))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
