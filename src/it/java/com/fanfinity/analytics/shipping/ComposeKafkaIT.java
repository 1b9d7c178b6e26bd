package com.fanfinity.analytics.shipping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.KafkaBroker;
import com.fanfinity.analytics.stack.RealParts;
import com.fanfinity.analytics.stack.ServiceProcess;
import com.fanfinity.analytics.stack.process.ChildProcess;
import com.fanfinity.analytics.stack.process.Ports;

/// The broker, the program that creates its users, and the service with the environment of `compose.yaml`. Only
/// addresses and paths differ.
@Tag("slow")
class ComposeKafkaIT {

    private static final Duration SOON = Duration.ofSeconds(90);
    private static final Map<String, String> DOT_ENV = Map.of("KAFKA_SERVICE_PASSWORD", "of-the-service",
            "KAFKA_UI_PASSWORD", "of-the-ui");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+):[?-]([^}]*)}");

    /// Read by the image and its scripts, not by the broker.
    private static final Set<String> OF_THE_IMAGE = Set.of("CLUSTER_ID", "KAFKA_HEAP_OPTS");

    /// The tests' broker forms its quorum by other settings.
    private static final Set<String> OF_THE_QUORUM = Set.of("controller.quorum.voters", "log.dirs", "node.id");

    private static Path directory;
    private static Map<String, Integer> ports;
    private static KafkaBroker broker;

    /// The tests' ports by those of the containers.
    @BeforeAll
    static void start() throws Exception {
        directory = RealParts.directory("compose");
        ports = Map.of("9092", Ports.free(), "9093", Ports.free(), "9094", Ports.free(), "9095", Ports.free());
        Files.writeString(directory.resolve("controller.port"), port("9093"));
        broker = KafkaBroker.start(directory, Integer.parseInt(port("9095")), brokerSettings());
        runAccess();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static String port(String ofContainer) {
        return Integer.toString(ports.getOrDefault(ofContainer, 0));
    }

    private static Map<String, String> environment(String service) throws IOException {
        Map<String, String> environment = new HashMap<>();
        Yaml.parse(Yaml.read("compose.yaml")).at("services", service, "environment").map()
                .forEach((name, value) -> environment.put(name, VARIABLE.matcher(value.text())
                        .replaceAll(variable -> DOT_ENV.getOrDefault(variable.group(1), variable.group(2)))));
        return environment;
    }

    /// As the image's script translates variables.
    private static Map<String, String> brokerSettings() throws IOException {
        Map<String, String> settings = new HashMap<>();
        environment("kafka").forEach((name, value) -> {
            if (!OF_THE_IMAGE.contains(name)) {
                settings.put(name.substring("KAFKA_".length()).toLowerCase(Locale.ROOT).replace("_", ".")
                        .replace("...", "-").replace("..", "_"), value);
            }
        });
        settings.keySet().removeAll(OF_THE_QUORUM);
        settings.replaceAll((_, value) -> here(value));
        return settings;
    }

    /// With addresses of this machine.
    private static String here(String text) {
        String found = text.replaceAll("://:", "://127.0.0.1:").replace("kafka:", "127.0.0.1:")
                .replace("HOST://127.0.0.1:9092", "HOST://127.0.0.1:9094");
        for (String ofContainer : ports.keySet()) {
            found = found.replace(":" + ofContainer, ":" + port(ofContainer));
        }
        return found;
    }

    private static void runAccess() throws Exception {
        Map<String, String> environment = environment("kafka-access");
        environment.replaceAll((name, value) -> name.equals("KAFKA_BOOTSTRAP_SERVERS") ? here(value) : value);
        List<String> entrypoint = Yaml.parse(Yaml.read("compose.yaml")).at("services", "kafka-access", "entrypoint")
                .texts();
        ChildProcess access = ChildProcess.java("kafka-access", directory.resolve("kafka-access.log"),
                List.of("-Xmx64m"), environment, entrypoint.getLast(), List.of());
        assertEquals(0, access.onExit().get(2, TimeUnit.MINUTES).exitValue(), access.logTail());
    }

    private static Admin admin(Map<String, String> login) throws IOException {
        Properties properties = new Properties();
        properties.putAll(login);
        properties.put("bootstrap.servers", "127.0.0.1:" + port("9092"));
        properties.put("default.api.timeout.ms", "20000");
        properties.put("request.timeout.ms", "10000");
        return Admin.create(properties);
    }

    private static Map<String, String> scram(String user, String password) {
        return Map.of("security.protocol", "SASL_PLAINTEXT", "sasl.mechanism", "SCRAM-SHA-512", "sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
                        .formatted(user, password));
    }

    @Test
    void service_logsInAndWorksWithTheUsersOperations() throws Exception {
        Map<String, String> environment = environment("service");
        environment.keySet().removeIf(name -> !name.startsWith("KAFKA_"));
        environment.put("KAFKA_BOOTSTRAP_SERVERS", here(environment.getOrDefault("KAFKA_BOOTSTRAP_SERVERS", "")));
        environment.putAll(Map.of("CLICKHOUSE_URL", RealParts.engine().url(), "CLICKHOUSE_DATABASE", "compose",
                "KAFKA_PARTITIONS", "2", "STATE_DIR", directory.resolve("state").toString()));
        try (ServiceProcess service = ServiceProcess.start("com.fanfinity.analytics.Main", Ports.free(), environment,
                directory.resolve("service.log"));
                ApiClient api = new ApiClient(service.url(), RealParts.engine().url())) {
            assertEquals(202, api.postEvent("""
                    {"eventId":"%s","matchId":"composed","eventType":"pass","teamId":1,\
                    "timestamp":"2026-11-21T10:00:00Z"}""".formatted(UUID.randomUUID())).status());

            Await.until(SOON, "counted",
                    () -> api.get("/api/matches/composed/metrics").json().path("totalEvents").asInt() == 1);
            Await.until(SOON, "stored", () -> api.rows("SELECT count() FROM compose.match_events")
                    .equals(List.of("1")));
            Await.until(SOON, "nothing is denied",
                    () -> api.get("/health/ready").json().at("/checks/kafka/status").asText().equals("up"));
        }
    }

    @Test
    void strangers_cannotConnect() throws IOException {
        try (Admin stranger = admin(scram("fanfinity", "wrong"))) {
            ExecutionException failure = assertThrows(ExecutionException.class,
                    () -> stranger.listTopics().names().get());
            assertInstanceOf(SaslAuthenticationException.class, failure.getCause());
        }
    }

    @Test
    void kafkaUi_mayLookAndNotChange() throws Exception {
        Map<String, String> login = new HashMap<>();
        environment("kafka-ui").forEach((name, value) -> {
            if (name.startsWith("KAFKA_CLUSTERS_0_PROPERTIES_")) {
                login.put(name.substring("KAFKA_CLUSTERS_0_PROPERTIES_".length()).toLowerCase(Locale.ROOT)
                        .replace('_', '.'), value);
            }
        });
        try (Admin ui = admin(login);
                Admin operator = Admin.create(Map.of("bootstrap.servers",
                        broker.bootstrapServers()))) {
            operator.createTopics(List.of(new NewTopic("seen", 1, (short) 1))).all().get();

            assertTrue(ui.listTopics().names().get().contains("seen"));
            ExecutionException failure = assertThrows(ExecutionException.class,
                    () -> ui.createTopics(List.of(new NewTopic("made", 1, (short) 1))).all().get());
            assertInstanceOf(TopicAuthorizationException.class, failure.getCause());
        }
    }

    /// As `docker compose up` does on a volume with data.
    @Test
    void access_runsAgain() throws Exception {
        List<Object> before = entries();
        runAccess();

        assertEquals(before, entries());
        assertTrue(before.size() > 20, before.toString());
    }

    private static List<Object> entries() throws Exception {
        try (Admin operator = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            List<Object> entries = new ArrayList<>(operator
                    .describeAcls(org.apache.kafka.common.acl.AclBindingFilter.ANY).values().get());
            entries.sort(java.util.Comparator.comparing(Object::toString));
            return entries;
        }
    }
}
