package com.fanfinity.analytics.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.config.SettingsException;
import com.fanfinity.analytics.config.SettingsLoader;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.KafkaBroker;
import com.fanfinity.analytics.stack.RealParts;

/// The start of the service on three brokers that create topics with three replicas, of which one may acknowledge a
/// record alone.
@Tag("slow")
class TopicDurabilityIT {

    private static final Duration SOON = Duration.ofSeconds(90);
    private static final Set<String> CHANGELOGS = Set.of("ledger", "match-minutes", "match-moments", "match-stats",
            "recent-events", "seen-events");

    private static Path directory;
    private static List<KafkaBroker> brokers;
    private static Admin admin;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        directory = RealParts.directory("durability");
        brokers = KafkaBroker.startCluster(directory, 3,
                Map.of("default.replication.factor", "3", "min.insync.replicas", "1"));
        admin = Admin.create(Map.of("bootstrap.servers", bootstrap()));
    }

    @AfterAll
    static void stop() {
        admin.close();
        brokers.reversed().forEach(KafkaBroker::close);
    }

    private static String bootstrap() {
        return brokers.stream().map(KafkaBroker::bootstrapServers).collect(Collectors.joining(","));
    }

    /// The role streams alone. ClickHouse is away, which this role survives.
    private static App service(String prefix) throws SettingsException {
        Map<String, String> environment = new HashMap<>(Map.of("ROLES", "streams", "KAFKA_BOOTSTRAP_SERVERS",
                bootstrap(), "KAFKA_REPLICATION_FACTOR", "-1", "KAFKA_PARTITIONS", "2", "KAFKA_TOPIC_PREFIX", prefix,
                "CLICKHOUSE_URL", "http://127.0.0.1:1", "HTTP_PORT", "0", "OPS_PORT", "0", "AUTH", "off", "STATE_DIR",
                directory.resolve(prefix + "state").toString()));
        return new App(SettingsLoader.load(environment), Clock.systemUTC(), () -> {});
    }

    /// `min.insync.replicas` of each topic of a deployment, by its name without the prefix.
    private static Map<String, String> inSync(String prefix) throws Exception {
        Set<String> names = admin.listTopics().names().get().stream().filter(name -> name.startsWith(prefix))
                .collect(Collectors.toCollection(TreeSet::new));
        admin.describeTopics(names).allTopicNames().get().values().forEach(topic -> topic.partitions()
                .forEach(partition -> assertEquals(3, partition.replicas().size(), topic.name())));
        Map<String, String> inSync = new TreeMap<>();
        admin.describeConfigs(names.stream().map(TopicDurabilityIT::resource).toList()).all().get()
                .forEach((resource, config) -> inSync.put(resource.name().substring(prefix.length()),
                        config.get(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG).value()));
        return inSync;
    }

    private static ConfigResource resource(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }

    private static void create(String topic, Map<String, String> settings) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, Optional.of(2), Optional.empty()).configs(settings))).all()
                .get();
    }

    private static HttpResponse<String> get(App service, String path) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + path)).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void start_defaultsOfTheBrokers_everyTopicRequiresTwoReplicas() throws Exception {
        create("new.match-stats", Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, "compact")); // by an earlier release
        Set<String> all = CHANGELOGS.stream().map(store -> "fanfinity-analytics-" + store + "-changelog")
                .collect(Collectors.toCollection(TreeSet::new));
        all.addAll(Set.of("match-events", "match-events-accepted", "match-events-dead", "match-minutes", "match-stats",
                "match-moments"));
        try (App service = service("new.")) {
            service.start();

            Map<String, String> inSync = Await.until(SOON, "every topic requires two replicas", () -> inSync("new."),
                    found -> found.keySet().equals(all) && Set.of("2").equals(Set.copyOf(found.values())));
            assertEquals(12, inSync.size());
            Await.until(SOON, "the service is ready", () -> get(service, "/health/ready").statusCode() == 200);
        }
    }

    @Test
    void start_topicWithItsOwnLowValue_isRefusedUntilItIsChanged() throws Exception {
        create("low.match-events", Map.of(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "1"));
        try (App service = service("low.")) {
            service.start();
            String refused = Await.until(SOON, "the start is refused", () -> get(service, "/health/startup").body(),
                    body -> body.contains("min.insync.replicas"));

            assertTrue(refused.contains("low.match-events"), refused);
            assertEquals("1", inSync("low.").get("match-events"), "the operator's value is kept");
            assertEquals(503, get(service, "/health/ready").statusCode());

            admin.incrementalAlterConfigs(Map.of(resource("low.match-events"), List.of(new AlterConfigOp(
                    new ConfigEntry(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "2"), AlterConfigOp.OpType.SET)))).all()
                    .get();

            Await.until(SOON, "the service is ready", () -> get(service, "/health/ready").statusCode() == 200);
        }
    }
}
