package com.fanfinity.analytics.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.ServiceProcess;
import com.fanfinity.analytics.stack.Stack;
import com.fanfinity.analytics.stack.process.ProjectDir;
import com.fanfinity.analytics.testing.Program;
import com.fanfinity.analytics.testing.Program.Result;

/// The metrics of a real service at `GET /metrics`. The tests are ordered, so that no wait occurs twice: the broker is
/// killed last.
@Tag("slow")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MetricsIT {

    private static final Duration SETTLE = Duration.ofSeconds(60);

    private static final int LAST = Order.DEFAULT + 1;

    private static Stack stack;
    private static ApiClient api;
    private static List<String> scraped = List.of();

    @BeforeAll
    static void start() throws Exception {
        stack = Stack.start("metrics",
                Map.of("LEDGER_INTERVAL", "1s", "KAFKA_PARTITIONS", Stack.FEW, ServiceProcess.MEASURED, "yes"));
        api = stack.client();
        useEveryRoute(api, "before");
        Await.until(SETTLE, "rows are stored, committed and compared", () -> {
            scraped = scrape();
            return value("clickhouse_rows_written_total{table=\"match_stats\"}") > 0
                    && value("kafka_consumer_commit_latency_seconds_count") > 0
                    && value("ledger_reconciliation_seconds_count") > 0
                    && value("kafka_streams_state{state=\"RUNNING\"}") == 1
                    && value("events_processed_total{outcome=\"accepted\"}") >= 2;
        });
    }

    @AfterAll
    static void stop() {
        api.close();
        stack.close();
    }

    private static List<String> scrape() throws IOException, InterruptedException {
        return api.get("/metrics").body().lines().toList();
    }

    private static double value(String series) {
        return scraped.stream().filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length())))
                .findFirst().orElse(0);
    }

    static void useEveryRoute(ApiClient api, String name) throws IOException, InterruptedException {
        assertEquals(202, api.postEvent(EventJson.of(name, "pass", 1).team("a").json()).status());
        assertEquals(202, api.postBatch(List.of(EventJson.of(name, "goal", 2).team("a").json())).status());
        assertEquals(400, api.postEvent("{\"matchId\":\"" + name + "\"}").status());
        assertEquals(400, api.post("/api/events", "application/json", "{").status());
        assertEquals(415, api.post("/api/events", "text/plain", name).status());
        assertEquals(404, api.get("/" + name).status());
        assertEquals(404, api.get("/api/matches/never-" + name + "/metrics").status());
        for (String route : List.of("metrics", "timeline", "events")) {
            api.get("/api/matches/" + name + "/" + route);
        }
        for (String route : List.of("/api/matches", "/api/ledger", "/api/streams", "/api/topology", "/health/ready")) {
            api.get(route);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http_requests_total{method,endpoint,status}",
        "http_errors_total{method,endpoint,error_type}",
        "http_request_duration_seconds{method,endpoint}", "events_ingested_total{event_type}",
        "match_events_total{match_id}",
        "events_produced_total{topic,status}", "events_processed_total{outcome}", "kafka_producer_queue_size",
        "kafka_producer_messages_total{status}", "kafka_producer_latency_seconds",
        "kafka_consumer_lag{topic,partition}",
        "kafka_consumer_messages_total{topic}", "kafka_consumer_batch_size", "kafka_consumer_commit_latency_seconds",
        "kafka_consumer_rebalance_total", "kafka_streams_state{state}", "kafka_streams_thread_state{state}",
        "clickhouse_batch_duration_seconds{table}", "clickhouse_batch_size{table}",
        "clickhouse_batch_errors_total{table}",
        "clickhouse_rows_written_total{table}", "active_matches", "ingest_to_visible_seconds"})
    void scrape_metricOfTheContract_isThereWithHelpAndLabels(String metric) {
        String name = metric.replaceFirst("\\{.*", "");
        Set<String> labels = metric.contains("{")
                ? Set.of(metric.substring(metric.indexOf('{') + 1, metric.length() - 1).split(",", -1))
                : Set.of();

        assertTrue(scraped.stream().anyMatch(line -> line.matches("# HELP " + name + " \\S.+")), name + " has no help");
        assertTrue(
                scraped.stream().filter(line -> line.matches(name + "(_count)?[ {].*"))
                        .anyMatch(line -> labels(line).equals(labels)),
                () -> metric + " is not among\n"
                        + scraped.stream().filter(line -> line.startsWith(name)).collect(Collectors.joining("\n")));
    }

    private static Set<String> labels(String series) {
        return Pattern.compile("(\\w+)=\"[^\"]*\"").matcher(series).results().map(label -> label.group(1))
                .collect(Collectors.toSet());
    }

    @Test
    void scrape_everyMeterThatIsDescribed_isThere() {
        Set<String> families = scraped.stream().filter(line -> line.startsWith("# TYPE "))
                .map(line -> line.split(" ", -1)[2])
                .collect(Collectors.toSet());

        Set<String> missing = new Meters(new SimpleMeterRegistry()).entries().stream()
                .map(MeterBook.Entry::scrapedName)
                .filter(name -> !families.contains(name)).collect(Collectors.toSet());

        assertEquals(Set.of("jwt_keys", "jwt_keys_age_seconds", "tls_certificate_not_after_timestamp_seconds"),
                missing, "only a service with an issuer of tokens or with TLS has them");
    }

    @Test
    void scrape_libraryMetersOfTheRules_arePresent() {
        List<String> missing = LibraryMeters.USED.stream().filter(meter -> meter.of().equals("service"))
                .map(LibraryMeters.Library::name)
                .filter(name -> scraped.stream().noneMatch(line -> line.matches(name + "(_count)?[ {].*"))).toList();

        assertEquals(List.of(), missing);
    }

    @Test
    void promtool_scrape_passes() throws Exception {
        assertAccepted(scrape());
    }

    static void assertAccepted(List<String> scrape) throws IOException, InterruptedException {
        Result result = Program.find("promtool").run(Duration.ofSeconds(30), ProjectDir.find(),
                String.join("\n", scrape) + "\n", "check",
                "metrics");

        assertEquals("", result.output());
        assertEquals(0, result.exitCode());
    }

    /// Records after an open transaction are not processed, but Kafka's own lag does not include them.
    @Test
    void lagOfTheEvents_openTransactionOfAnotherProducer_isCounted() throws Exception {
        try (KafkaProducer<byte[], byte[]> other = new KafkaProducer<>(
                Map.of("bootstrap.servers", stack.kafka().bootstrapServers(), "transactional.id", "other"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            other.initTransactions();
            other.beginTransaction();
            other.send(new ProducerRecord<>("match-events", 0, null, "{}".getBytes(UTF_8))).get();
            Await.until(SETTLE, "it is counted", () -> {
                scraped = scrape();
                return value("kafka_consumer_lag{partition=\"0\",topic=\"match-events\"}") == 1;
            });
            other.abortTransaction();
        }
        Await.until(SETTLE, "nothing is left", () -> {
            scraped = scrape();
            return value("kafka_consumer_lag{partition=\"0\",topic=\"match-events\"}") == 0;
        });
    }

    /// The alert KafkaDown uses this metric. It cannot use the number of connections, because clients that keep
    /// retrying have some.
    @Test
    @Order(LAST)
    void bytesFromKafka_brokerIsAway_standStill() throws Exception {
        stack.kafka().kill();
        try {
            double[] seen = {0};
            long[] lastGrowth = {System.nanoTime()};
            Await.until(SETTLE, "nothing is received for as long as six fetches wait", () -> {
                double now = bytesFromKafka();
                if (Double.compare(now, seen[0]) != 0) {
                    seen[0] = now;
                    lastGrowth[0] = System.nanoTime();
                }
                return Duration.ofNanos(System.nanoTime() - lastGrowth[0]).compareTo(Duration.ofSeconds(3)) > 0;
            });
        } finally {
            stack.kafka().restart();
        }
        double still = bytesFromKafka();
        Await.until(SETTLE, "something is received again", () -> bytesFromKafka() > still);
    }

    private static double bytesFromKafka() throws IOException, InterruptedException {
        return scrape().stream().filter(line -> line.startsWith("kafka_consumer_incoming_byte_total{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ')))).sum();
    }
}
