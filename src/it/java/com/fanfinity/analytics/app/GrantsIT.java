package com.fanfinity.analytics.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.config.SettingsException;
import com.fanfinity.analytics.config.SettingsLoader;
import com.fanfinity.analytics.kafka.Grant;
import com.fanfinity.analytics.kafka.GrantCheck;
import com.fanfinity.analytics.kafka.GrantSetup;
import com.fanfinity.analytics.kafka.Grants;
import com.fanfinity.analytics.kafka.KafkaClients;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.KafkaBroker;
import com.fanfinity.analytics.stack.RealParts;
import com.fanfinity.analytics.testing.GrantLists;
import com.fanfinity.analytics.testing.KafkaLogin;

/// The documented operations of each role suffice, and without any one of them the service names it.
@Tag("endurance")
class GrantsIT {

    private static final Duration SOON = Duration.ofSeconds(90);
    private static final String PRINCIPAL = "User:" + KafkaLogin.USER;
    private static final List<String> STORES = List.of("ledger", "match-minutes", "match-moments", "match-stats",
            "recent-events", "seen-events");

    private static Path directory;
    private static KafkaLogin login;
    private static KafkaBroker broker;
    private static Admin admin;
    private static int apps;

    /// Creates all topics and groups, as one instance with all roles.
    @BeforeAll
    static void start() throws Exception {
        directory = RealParts.directory("grants");
        login = KafkaLogin.create(KafkaLogin.Kind.SCRAM, directory);
        broker = login.startBroker(Files.createDirectories(directory.resolve("kafka")), documented("fanfinity"));
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
        try (App app = app("ingest,streams,live,sink", "")) {
            app.start();
            Await.until(SOON, "every role works", () -> ready(app),
                    answer -> List.of("kafka", "producer", "stores", "live", "sink").stream()
                            .allMatch(check -> status(answer, check).equals("up")));
            assertEquals(202, post(app));
            Await.until(SOON, "counted", () -> get(app, "/api/matches/granted/metrics").statusCode() == 200);
        }
    }

    @AfterAll
    static void stop() {
        admin.close();
        broker.close();
        login.close();
    }

    private static List<Grant> documented(String user) throws IOException {
        return requireNonNull(GrantLists.ofManifests().get(user), user);
    }

    private static Settings settings(String roles, String prefix) throws SettingsException {
        Map<String, String> environment = new HashMap<>(login.clientSettings());
        environment.putAll(Map.of("ROLES", roles, "KAFKA_BOOTSTRAP_SERVERS", broker.securedServers(),
                "KAFKA_PARTITIONS", "1", "KAFKA_TOPIC_PREFIX", prefix, "CLICKHOUSE_URL", RealParts.engine().url(),
                "CLICKHOUSE_DATABASE", "grants", "HTTP_PORT", "0", "OPS_PORT", "0", "AUTH", "off"));
        environment.put("STATE_DIR", directory.resolve("state-" + ++apps).toString());
        return SettingsLoader.load(environment);
    }

    private static App app(String roles, String prefix) throws SettingsException {
        return new App(settings(roles, prefix), Clock.systemUTC(), () -> {});
    }

    private static void allow(List<Grant> grants) throws ExecutionException, InterruptedException {
        new GrantSetup(admin).allowOnly(PRINCIPAL, grants);
    }

    private static List<Grant> without(List<Grant> grants, Grant removed) {
        List<Grant> others = new ArrayList<>(grants);
        assertTrue(others.remove(removed), removed.text());
        return others;
    }

    @ParameterizedTest
    @ValueSource(strings = {"ingest", "streams", "live", "sink", "ingest,streams,live,sink"})
    void check_withoutAnyOneOperation_namesIt(String roles) throws Exception {
        Settings settings = settings(roles, "");
        List<Grant> all = documented(roles.contains(",") ? "fanfinity" : "fanfinity-" + roles);
        String group = KafkaClients.streamsGroup(settings.kafka());
        allow(all);
        try (Admin user = KafkaClients.admin(settings.kafka(), Duration.ofSeconds(10))) {
            GrantCheck check = new GrantCheck(user, all, group,
                    STORES.stream().map(store -> group + '-' + store + "-changelog").toList());
            Await.until(SOON, "all are allowed", check::missing, List.of()::equals);
            for (Grant grant : all) {
                // The topics exist, so Create is not needed: see the next test.
                List<Grant> expected = grant.operation() == AclOperation.CREATE ? List.of() : List.of(grant);
                allow(without(all, grant));
                Await.until(SOON, "named: " + grant.text(), check::missing, expected::equals);
            }
        }
    }

    @Test
    void check_topicsAreMissing_namesEveryCreate() throws Exception {
        Settings settings = settings("streams", "new-");
        List<Grant> all = Grants.of(settings.roles(), settings.kafka());
        List<Grant> creates = all.stream().filter(grant -> grant.operation() == AclOperation.CREATE).toList();
        allow(all.stream().filter(grant -> !creates.contains(grant)).toList());
        String group = KafkaClients.streamsGroup(settings.kafka());
        try (Admin user = KafkaClients.admin(settings.kafka(), Duration.ofSeconds(10))) {
            GrantCheck check = new GrantCheck(user, all, group,
                    STORES.stream().map(store -> group + '-' + store + "-changelog").toList());

            assertEquals(7, creates.size());
            Await.until(SOON, "named", check::missing, creates::equals);
        }
    }

    /// Each of these operations is one without which the role does not work, not only one that the check names.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ingest  | Write on topic match-events                      | producer
            streams | Read on topic match-events                       | stores
            streams | Write on topic match-events-accepted             | stores
            streams | Write on topic match-stats                       | stores
            streams | Write on topic fanfinity-analytics-*             | stores
            streams | Read on group fanfinity-analytics                | stores
            streams | Write on transactionalId fanfinity-analytics-*   | stores
            live    | Read on topic match-stats                        | live
            sink    | Read on group fanfinity-sink                     | sink
            sink    | Read on topic match-minutes                      | sink
            """)
    void role_withoutOneOperation_failsVisiblyAndRecovers(String role, String removed, String check) throws Exception {
        List<Grant> all = documented("fanfinity-" + role);
        allow(all);
        try (App app = app(role, "")) {
            app.start();
            Await.until(SOON, "it works", () -> isUp(app, check));

            allow(without(all, named(all, removed)));
            Await.until(SOON, "the check " + check + " fails, and the operation is named", () -> {
                if (role.equals("ingest")) {
                    post(app);
                } else {
                    send();
                }
                return ready(app);
            }, answer -> List.of("degraded", "down").contains(status(answer, check))
                    && detail(answer, "kafka").equals("Kafka denies " + removed));

            allow(all);
            Await.until(SOON, "it recovers without a restart", () -> isUp(app, check));
            if (role.equals("ingest")) {
                Await.until(SOON, "accepted", () -> post(app) == 202);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ingest  | Write on topic match-events  | producer
            live    | Read on topic match-stats    | live
            sink    | Read on group fanfinity-sink | sink
            """)
    void role_startsWithoutOneOperation_namesItAndStartsLater(String role, String removed, String check)
            throws Exception {
        List<Grant> all = documented("fanfinity-" + role);
        allow(without(all, named(all, removed)));
        try (App app = app(role, "")) {
            app.start();

            Await.until(SOON, "named", () -> ready(app),
                    answer -> List.of("degraded", "down").contains(status(answer, check))
                            && detail(answer, "kafka").equals("Kafka denies " + removed));

            allow(all);
            Await.until(SOON, "it works", () -> isUp(app, check));
        }
    }

    private static Grant named(List<Grant> grants, String text) {
        return grants.stream().filter(grant -> grant.text().equals(text)).findFirst().orElseThrow();
    }

    private static boolean isUp(App app, String check) throws IOException, InterruptedException {
        JsonNode answer = ready(app);
        return status(answer, "kafka").equals("up") && status(answer, check).equals("up");
    }

    /// The group of Kafka Streams would wait for its topics forever, in silence.
    @Test
    void streams_mayNotCreateTheirTopics_areNotReady() throws Exception {
        Settings settings = settings("streams", "late-");
        List<Grant> all = Grants.of(settings.roles(), settings.kafka());
        Grant create = all.stream().filter(grant -> grant.isPrefix() && grant.operation() == AclOperation.CREATE)
                .findFirst().orElseThrow();
        allow(without(all, create));
        try (App app = new App(settings, Clock.systemUTC(), () -> {})) {
            app.start();

            JsonNode answer = Await.until(SOON, "named", () -> ready(app), found -> detail(found, "kafka")
                    .equals("Kafka denies Create on topic late-fanfinity-analytics-*"));
            assertEquals("down", status(answer, "kafka"));

            allow(all);
            Await.until(SOON, "ready", () -> isUp(app, "stores"));
        }
    }

    private static void send() throws ExecutionException, InterruptedException {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()), new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("match-events", "granted".getBytes(UTF_8), event().getBytes(UTF_8)))
                    .get();
        }
    }

    private static String event() {
        return """
                {"eventId":"%s","matchId":"granted","eventType":"pass","teamId":1,"timestamp":"2026-11-21T10:00:00Z"}"""
                .formatted(UUID.randomUUID());
    }

    private static int post(App app) throws IOException, InterruptedException {
        return ask(request(app, "/api/events").header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(event()))).statusCode();
    }

    private static JsonNode ready(App app) throws IOException, InterruptedException {
        return new ObjectMapper().readTree(get(app, "/health/ready").body()).path("checks");
    }

    private static String status(JsonNode checks, String check) {
        return checks.path(check).path("status").asText();
    }

    private static String detail(JsonNode checks, String check) {
        return checks.path(check).path("detail").asText();
    }

    private static HttpResponse<String> get(App app, String path) throws IOException, InterruptedException {
        return ask(request(app, path));
    }

    private static HttpRequest.Builder request(App app, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + app.port() + path)).timeout(SOON);
    }

    private static HttpResponse<String> ask(HttpRequest.Builder request) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
