package com.fanfinity.analytics.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import com.fanfinity.analytics.stack.AotTraining;
import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.ClickHouseEngine;
import com.fanfinity.analytics.stack.KafkaBroker;
import com.fanfinity.analytics.stack.RealParts;
import com.fanfinity.analytics.stack.ServiceProcess;
import com.fanfinity.analytics.stack.process.Ports;

/// The answers of the three health paths while Kafka and ClickHouse start, stop and return. The log of all this is
/// short and well-formed.
@Tag("endurance")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class HealthIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String ROWS_WAIT = "degraded: rows wait for ClickHouse or Kafka; see the log";

    /// Time, thread, level, logger and text.
    private static final String ENTRY = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}(Z|[+-]\\d\\d:\\d\\d) "
            + "\\[.+] \\[(ERROR|WARN|INFO)] [A-Za-z0-9_.$]+ - .+";

    private static Path log;
    private static ServiceProcess service;
    private static KafkaBroker kafka;
    private static ClickHouseEngine clickHouse;
    private static ApiClient api;
    private static Map<String, String> alone;
    private static Map<String, String> withKafka;
    private static Map<String, String> withAll;

    /// Starts the service, then Kafka, then ClickHouse, and keeps the health answers in between for the tests.
    @BeforeAll
    static void start() throws Exception {
        AotTraining.ensure();
        Path directory = RealParts.directory("health");
        log = directory.resolve("service.log");
        int port = Ports.free();
        int kafkaPort = Ports.free();
        int clickHousePort = Ports.free();
        api = new ApiClient("http://127.0.0.1:" + port, "http://127.0.0.1:" + clickHousePort);
        CompletableFuture<ServiceProcess> starting = CompletableFuture.supplyAsync(() -> launch(port,
                Map.of("KAFKA_BOOTSTRAP_SERVERS",
                        "127.0.0.1:" + kafkaPort, "CLICKHOUSE_URL", "http://127.0.0.1:" + clickHousePort, "STATE_DIR",
                        directory.resolve("streams").toString(), "INGEST_TIMEOUT", "2s")));
        Await.until(SOON, "the service answers", () -> api.get("/health/live").status() == 200);
        alone = health();
        kafka = KafkaBroker.start(directory.resolve("kafka"), kafkaPort);
        service = starting.get(120, TimeUnit.SECONDS);
        withKafka = health();
        clickHouse = ClickHouseEngine.start(directory.resolve("clickhouse"), clickHousePort);
        Await.until(SOON, "migrated", () -> api.get("/health/startup").status() == 200);
        Await.until(SOON, "the sink runs", () -> check("ready", "sink").equals("up: running"));
        withAll = health();
    }

    /// Also checks the log of the whole class.
    @AfterAll
    static void stop() throws IOException {
        api.close();
        service.close();
        clickHouse.close();
        kafka.close();
        assertEquals(List.of(), lines().stream().filter(line -> !line.matches(ENTRY)).toList(), "malformed lines");
        assertEquals(List.of(), lines().stream().filter(line -> line.contains("not-for-the-log")).toList(),
                "lines with a payload");
    }

    @Test
    void start_withoutKafkaAndClickHouse_checksNameTheMissingParts() {
        assertEquals(
                new TreeMap<>(Map.of("live", "200", "live process", "up: running", "live streams", "up: state CREATED",
                        "startup", "503",
                        "startup topics", "down: waiting for Kafka", "startup streams", "down: not running yet",
                        "startup migrations",
                        "down: waiting for ClickHouse")),
                only(alone, "live", "startup"));
        assertEquals(new TreeMap<>(Map.of("ready", "503", "ready shutdown", "up: not closing", "ready producer",
                "down: not connected to Kafka yet", "ready stores", "down: streams are in the state CREATED",
                "ready live",
                "down: reading recent updates", "ready sink", "degraded: not running", "ready keys", "up: read",
                "ready kafka", "down: waiting for Kafka")), only(alone, "ready"));
    }

    @Test
    void start_withKafkaOnly_isReadyAndOnlyMigrationsWait() {
        assertEquals(
                new TreeMap<>(Map.of("startup", "503", "startup topics", "up: exist", "startup streams", "up: started",
                        "startup migrations", "down: waiting for ClickHouse")),
                only(withKafka, "startup"));
        assertEquals("200", withKafka.get("ready"));
        assertEquals(ROWS_WAIT, withKafka.get("ready sink"));
    }

    @Test
    void start_withAll_isUp() {
        assertEquals(
                new TreeMap<>(Map.of("startup", "200", "startup topics", "up: exist", "startup streams", "up: started",
                        "startup migrations", "up: applied")),
                only(withAll, "startup"));
        assertEquals(new TreeMap<>(Map.of("ready", "200", "ready shutdown", "up: not closing", "ready producer",
                "up: connected",
                "ready stores", "up: queryable", "ready live", "up: updates are current", "ready sink", "up: running",
                "ready keys", "up: read", "ready kafka", "up: allowed")),
                only(withAll, "ready"));
    }

    /// A killed broker refuses connections, so every client fails again and again.
    @Test
    void kafka_killedAndRestarted_checksReportItAndLogIsSummarized() throws Exception {
        awaitStatus(202);
        long before = lines().size();
        kafka.kill();
        try {
            awaitStatus(503);
            assertEquals("down: Kafka does not acknowledge events", check("ready", "producer"));
            Await.until(SOON, "the age of updates",
                    () -> check("ready", "live").matches("degraded: updates are \\d+ s old"));
            assertEquals(503, api.get("/health/ready").status());
            assertEquals(200, api.get("/health/live").status(), "a restart would not help");
            assertEquals(200, api.get("/health/startup").status(), "it has started");
            long killed = System.nanoTime();
            Await.until(SOON, "requests fail for 15 s", () -> {
                awaitStatus(503);
                return System.nanoTime() - killed > Duration.ofSeconds(15).toNanos();
            });
            long written = lines().size() - before;
            assertTrue(written < 60, written + " lines in 15 s:\n" + String.join("\n", lines()));
        } finally {
            kafka.restart();
        }
        awaitStatus(202);
        assertEquals("up: connected", check("ready", "producer"));
        Await.until(SOON, "updates are current again", () -> check("ready", "live").equals("up: updates are current"));
        Await.until(SOON, "ready again", () -> api.get("/health/ready").status() == 200);
    }

    @Test
    void clickHouse_killedAndRestarted_sinkIsOnlyDegraded() throws Exception {
        clickHouse.kill();
        try {
            awaitStatus(202);
            Await.until(SOON, "the sink is degraded", () -> check("ready", "sink").equals(ROWS_WAIT));
            assertEquals(200, api.get("/health/ready").status());
            assertEquals(200, api.get("/health/startup").status());
        } finally {
            clickHouse.restart();
        }
        Await.until(SOON, "the sink runs again", () -> check("ready", "sink").equals("up: running"));
    }

    @Test
    void table_changedAndChangedBack_checkNamesTheColumn() throws Exception {
        api.rows("ALTER TABLE fanfinity.match_events MODIFY COLUMN player_id UInt64");
        try {
            assertEquals(202, api.postEvent(SteadyLoad.event("health", UUID.randomUUID())
                    .replaceFirst("}$", ",\"playerId\":\"not-for-the-log\"}")).status());
            Await.until(SOON, "the check names the column", () -> check("ready", "sink").startsWith("degraded: "
                    + "the table match_events is wrong: its column player_id has the type UInt64, but needs String"));
            assertEquals(200, api.get("/health/ready").status());
        } finally {
            api.rows("ALTER TABLE fanfinity.match_events MODIFY COLUMN player_id String CODEC(ZSTD(1))");
        }
        Await.until(SOON, "the sink runs again", () -> check("ready", "sink").equals("up: running"));
    }

    private static ServiceProcess launch(int port, Map<String, String> environment) {
        try {
            return ServiceProcess.start("com.fanfinity.analytics.Main", port, environment, log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void awaitStatus(int status) {
        Await.until(SOON, "an event is answered with " + status,
                () -> api.postEvent(SteadyLoad.event("health", UUID.randomUUID())
                        .replaceFirst("}$", ",\"metadata\":{\"note\":\"not-for-the-log\"}}")).status(),
                answer -> answer == status);
    }

    private static List<String> lines() throws IOException {
        return Files.readAllLines(log);
    }

    private static String check(String path, String name) throws IOException, InterruptedException {
        return text(api.get("/health/" + path).json().at("/checks/" + name));
    }

    private static String text(JsonNode check) {
        return check.path("status").asText() + ": " + check.path("detail").asText();
    }

    /// The status of each path, and the text of each check by `path check`.
    private static Map<String, String> health() throws IOException, InterruptedException {
        Map<String, String> all = new TreeMap<>();
        for (String path : List.of("live", "ready", "startup")) {
            ApiClient.Answer answer = api.get("/health/" + path);
            all.put(path, Integer.toString(answer.status()));
            answer.json().path("checks").properties()
                    .forEach(check -> all.put(path + " " + check.getKey(), text(check.getValue())));
        }
        return all;
    }

    private static Map<String, String> only(Map<String, String> all, String... paths) {
        Map<String, String> selected = new TreeMap<>(all);
        selected.keySet().removeIf(name -> !List.of(paths).contains(name.replaceFirst(" .*", "")));
        return selected;
    }
}
