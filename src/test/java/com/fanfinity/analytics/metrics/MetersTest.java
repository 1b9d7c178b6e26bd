package com.fanfinity.analytics.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.event.DeadReason;
import com.fanfinity.analytics.event.EventType;
import com.fanfinity.analytics.metrics.Meters.ProcessingOutcome;
import com.fanfinity.analytics.metrics.Meters.ReadCaller;
import com.fanfinity.analytics.metrics.Meters.ReadKind;

/// The names in Prometheus, which dashboards, alerts and the contract use.
class MetersTest {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Meters meters = new Meters(registry);
    private final AtomicLong queue = new AtomicLong(3);

    private String scrape() {
        meters.http().request("POST", "/api/events", 202, Duration.ofMillis(30), "");
        meters.http().request("POST", "/api/events", 400, Duration.ofMillis(1), "invalid-event");
        meters.ingest().ingested(EventType.GOAL);
        meters.matches().count("m-1", false);
        meters.ingest().produced("match-events", true, 2_000_000);
        meters.ingest().produced("match-events", false, 1);
        meters.streams().processed(ProcessingOutcome.ACCEPTED);
        meters.deadLetters().deadLetter(DeadReason.KEY_MISMATCH);
        meters.deadLetters().replayed(Meters.ReplayResult.NOT_REPLAYABLE);
        meters.ingest().producerQueue(queue);
        meters.ingest().inFlightBytes(queue);
        meters.matches().active(() -> 2);
        meters.streams().visible(7_000);
        meters.streams().streams(Map.of(KafkaStreams.State.RUNNING, 1, KafkaStreams.State.ERROR, 0),
                Map.of("RUNNING", 2));
        meters.sink().consumed("match-events-accepted", 5);
        meters.sink().polled(5);
        meters.sink().committed(Duration.ofMillis(4));
        meters.sink().rebalanced();
        meters.sink().lag("match-events-accepted", 3, 11);
        meters.sink().sinkLag("match-events-accepted", 3, 1.5);
        meters.ledger().ledger("match-events", 3, "accepted", 7);
        meters.ledger().reconciled(2, Duration.ofMillis(8));
        meters.ledger().reconciliationFailed();
        meters.sink().stored("match_events", 100, Duration.ofMillis(70));
        meters.sink().storeFailed("match_events");
        meters.sink().tableWrong("match_events");
        return registry.scrape();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http_requests_total{endpoint=\"/api/events\",method=\"POST\",status=\"202\"} 1.0",
        "http_requests_total{endpoint=\"/api/events\",method=\"POST\",status=\"400\"} 1.0",
        "http_errors_total{endpoint=\"/api/events\",error_type=\"invalid-event\",method=\"POST\"} 1.0",
        "http_request_duration_seconds_count{endpoint=\"/api/events\",method=\"POST\"} 2",
        "http_request_duration_seconds_bucket{endpoint=\"/api/events\",method=\"POST\",le=\"0.05\"} 2",
        "events_ingested_total{event_type=\"goal\"} 1.0", "events_ingested_total{event_type=\"own_goal\"} 0.0",
        "match_events_total{match_id=\"m-1\"} 1.0", "match_events_total{match_id=\"other\"} 0.0",
        "events_produced_total{status=\"acknowledged\",topic=\"match-events\"} 1.0",
        "events_produced_total{status=\"failed\",topic=\"match-events\"} 1.0",
        "events_processed_total{outcome=\"accepted\"} 1.0",
        "events_processed_total{outcome=\"duplicate\"} 0.0", "events_processed_total{outcome=\"dead\"} 0.0",
        "events_processed_total{outcome=\"late\"} 0.0",
        "dead_letters_total{reason=\"key_mismatch\"} 1.0", "dead_letters_total{reason=\"malformed\"} 0.0",
        "dead_letters_total{reason=\"invalid\"} 0.0", "dead_letters_total{reason=\"processing_failed\"} 0.0",
        "dead_letters_total{reason=\"wrong_partition\"} 0.0", "records_left_out_total 0.0", "records_reread_total 0.0",
        "dead_letters_total{reason=\"unstorable\"} 0.0", "dead_letters_replayed_total{outcome=\"not_replayable\"} 1.0",
        "dead_letters_replayed_total{outcome=\"replayed\"} 0.0", "dead_letters_replayed_total{outcome=\"skipped\"} 0.0",
        "dead_letters_replayed_total{outcome=\"refused\"} 0.0",
        "dead_letters_replayed_total{outcome=\"unavailable\"} 0.0",
        "dead_letters_replayed_total{outcome=\"not_found\"} 0.0", "kafka_producer_queue_size 3.0",
        "kafka_producer_messages_total{status=\"acknowledged\"} 1.0",
        "kafka_producer_latency_seconds_count 1",
        "kafka_consumer_lag{partition=\"3\",topic=\"match-events-accepted\"} 11.0",
        "kafka_consumer_messages_total{topic=\"match-events-accepted\"} 5.0", "kafka_consumer_batch_size_count 1",
        "kafka_consumer_commit_latency_seconds_count 1", "kafka_consumer_rebalance_total 1.0",
        "kafka_streams_state{state=\"RUNNING\"} 1.0",
        "kafka_streams_state{state=\"ERROR\"} 0.0", "kafka_streams_thread_state{state=\"RUNNING\"} 2.0",
        "clickhouse_batch_duration_seconds_count{table=\"match_events\"} 1",
        "clickhouse_batch_size_count{table=\"match_events\"} 1",
        "clickhouse_batch_errors_total{table=\"match_events\"} 1.0",
        "clickhouse_table_faults_total{table=\"match_events\"} 1.0",
        "clickhouse_rows_written_total{table=\"match_events\"} 100.0",
        "sink_lag_seconds{partition=\"3\",topic=\"match-events-accepted\"} 1.5",
        "ledger_events{partition=\"3\",stage=\"accepted\",topic=\"match-events\"} 7.0", "ledger_discrepancies 2.0",
        "ledger_reconciliation_seconds_count 1", "ledger_reconciliation_failures_total 1.0",
        "active_matches 2.0", "ingest_to_visible_seconds_count 1", "ingest_in_flight_bytes 3.0"})
    void scrape_afterOneOfEach_hasTheSeriesOfTheContract(String line) {
        String scraped = scrape();

        assertTrue(scraped.lines().anyMatch(line::equals), () -> line + " is not among\n" + scraped.lines()
                .filter(other -> other.startsWith(line.substring(0, 8))).collect(Collectors.joining("\n")));
    }

    @Test
    void scrape_requestDuration_hasTheBucketsOfTheContract() {
        List<String> buckets = scrape().lines().filter(line -> line.startsWith("http_request_duration_seconds_bucket"))
                .map(line -> line.replaceFirst(".*le=\"([^\"]+)\".*", "$1")).toList();

        assertEquals(List.of("0.005", "0.01", "0.025", "0.05", "0.1", "0.2", "0.5", "1.0", "+Inf"), buckets);
    }

    @Test
    void scrape_everyMeter_isDescribed() {
        String scraped = scrape();

        List<String> undescribed = scraped.lines().filter(line -> line.startsWith("# TYPE "))
                .map(line -> line.split(" ", -1)[2])
                .filter(name -> !name.endsWith("_max")
                        && scraped.lines().noneMatch(line -> line.matches("# HELP " + name + " .+")))
                .toList();

        assertEquals(List.of(), undescribed);
    }

    /// METRICS.md is generated from the entries, so they must match the scrape.
    @Test
    void scrape_everyEntry_hasItsNameTypeAndLabels() {
        meters.live().gauges(() -> 1, () -> 1, () -> 1, () -> 0);
        meters.ingest().concurrency(new AtomicInteger(1), new AtomicInteger());
        meters.matches().overdue(() -> 0);
        meters.matches().indexed(() -> 0, () -> 0);
        meters.http().answerBytes(new AtomicLong());
        meters.http().open(() -> 0);
        meters.http().expires(Instant.EPOCH);
        meters.reads().permits(ReadKind.LIST, ReadCaller.CLIENT, () -> 0);
        meters.security().keys(() -> 0);
        meters.security().tokenKeys(() -> 0, () -> 0);
        meters.streams().restoreRemaining(() -> 0);
        meters.instance().health("ready", "sink", 0.5);
        meters.instance().kafkaAccessDenied(() -> 0);
        List<String> scraped = scrape().lines().toList();

        List<String> missing = meters.entries().stream().filter(entry -> {
            String type = "# TYPE " + entry.scrapedName() + " " + entry.type().prometheusName();
            String labels = entry.labels().stream().sorted().map(label -> label + "=\"[^\"]*\"")
                    .collect(Collectors.joining(","));
            String buckets = entry.type() == MeterBook.Type.HISTOGRAM
                    ? "_count"
                    : entry.type().prometheusName().equals("summary") ? "_count" : "";
            String series = entry.scrapedName() + buckets + (labels.isEmpty() ? "" : "\\{" + labels + "\\}") + " .*";
            return !scraped.contains(type) || scraped.stream().noneMatch(line -> line.matches(series));
        }).map(MeterBook.Entry::scrapedName).toList();

        assertEquals(List.of(), missing);
    }

    @Test
    void healthOff_checkHadAValue_isNoLongerScraped() {
        meters.instance().health("ready", "producer", 1);
        meters.instance().health("ready", "live", 1);

        meters.instance().healthOff("ready", "live");

        assertEquals(List.of("health_check_status{check=\"producer\",probe=\"ready\"} 1.0"),
                registry.scrape().lines().filter(line -> line.startsWith("health_check_status"))
                        .toList());
    }

    @ParameterizedTest
    @CsvSource({"kafka.producer.io.time.ns.total,kafka.producer.io.time.nanos.total",
        "process.cpu.time.ns,process.cpu.time.nanos",
        "kafka.app.info.start.time.ms,kafka.app.info.start.time.millis",
        "kafka.consumer.connection.count,kafka.consumer.connections",
        "system.cpu.count,system.cpus", "some.expired.count,some.expired.number",
        "kafka.consumer.lag,kafka.consumer.lag", "http.requests,http.requests"})
    void linted_nameFromALibrary_passesPromtool(String name, String linted) {
        assertEquals(linted, LintedNames.linted(name));
    }

    @Test
    void streams_anotherState_isTheOnlyOneSet() {
        meters.streams().streams(Map.of(KafkaStreams.State.RUNNING, 1, KafkaStreams.State.ERROR, 0),
                Map.of("RUNNING", 2));

        meters.streams().streams(Map.of(KafkaStreams.State.RUNNING, 0, KafkaStreams.State.ERROR, 1), Map.of("DEAD", 1));

        String scraped = registry.scrape();
        assertTrue(scraped.contains("kafka_streams_state{state=\"RUNNING\"} 0.0"), scraped);
        assertTrue(scraped.contains("kafka_streams_state{state=\"ERROR\"} 1.0"), scraped);
        assertTrue(scraped.contains("kafka_streams_thread_state{state=\"RUNNING\"} 0.0"), scraped);
        assertTrue(scraped.contains("kafka_streams_thread_state{state=\"DEAD\"} 1.0"), scraped);
    }

    @Test
    void ledgerUnknown_partitionOfAnotherInstance_removesAllItsStages() {
        meters.ledger().ledger("match-events", 1, "received", 5);
        meters.ledger().ledger("match-events", 1, "accepted", 4);
        meters.ledger().ledger("match-events", 2, "accepted", 3);

        meters.ledger().ledgerUnknown("match-events", 1);

        List<String> remaining = registry.scrape().lines().filter(line -> line.startsWith("ledger_events{")).toList();
        assertEquals(List.of("ledger_events{partition=\"2\",stage=\"accepted\",topic=\"match-events\"} 3.0"),
                remaining);
    }

    @Test
    void lagUnknown_partitionOfAnotherInstance_isNoLongerScraped() {
        meters.sink().lag("t", 1, 5);
        meters.sink().lag("t", 2, 6);

        meters.sink().lagUnknown("t", 1);

        assertFalse(registry.scrape().contains("kafka_consumer_lag{partition=\"1\""), registry.scrape());
        assertTrue(registry.scrape().contains("kafka_consumer_lag{partition=\"2\",topic=\"t\"} 6.0"),
                registry.scrape());
    }
}
