package com.fanfinity.analytics.app;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.config.Role;
import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.ApiClient.Answer;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.RealParts;
import com.fanfinity.analytics.stack.ServiceProcess;
import com.fanfinity.analytics.stack.process.Ports;

/// Three processes with one role each. Together they are the service, and each starts only the parts of its role.
@Tag("external")
@Tag("slow")
class RolesIT {

    private static final String DATABASE = "roles";
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String ADMIN_KEY = "0123456789abcdef";
    private static final String EVENT = """
            {"eventId":"54ff7e6d-b7f7-54ec-9d8b-f8a8d8d5c517","matchId":"split","eventType":"pass","teamId":1,\
            "timestamp":"2026-11-21T10:00:00Z"}""";

    private static final Map<Role, ServiceProcess> services = new EnumMap<>(Role.class);
    private static final Map<Role, ApiClient> clients = new EnumMap<>(Role.class);
    private static Path directory = Path.of("");

    @BeforeAll
    static void start() throws Exception {
        directory = RealParts.directory("roles");
        RealParts.broker();
        RealParts.engine();
        List<Role> roles = List.of(Role.INGEST, Role.STREAMS, Role.SINK);
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<ServiceProcess>> started = executor
                    .invokeAll(roles.stream().<Callable<ServiceProcess>>map(role -> () -> service(role)).toList());
            for (int i = 0; i < roles.size(); i++) {
                ServiceProcess service = started.get(i).get();
                services.put(roles.get(i), service);
                clients.put(roles.get(i), new ApiClient(service.url(), RealParts.engine().url()));
            }
        }
    }

    @AfterAll
    static void stop() {
        clients.values().forEach(ApiClient::close);
        services.values().forEach(ServiceProcess::close);
    }

    private static ServiceProcess service(Role role) throws IOException, InterruptedException {
        return ServiceProcess.start("com.fanfinity.analytics.Main", Ports.free(),
                Map.of("ROLES", role.wireName(), "KAFKA_BOOTSTRAP_SERVERS", RealParts.broker().bootstrapServers(),
                        "KAFKA_TOPIC_PREFIX",
                        "roles-", "KAFKA_PARTITIONS", "2", "CLICKHOUSE_URL", RealParts.engine().url(),
                        "CLICKHOUSE_DATABASE", DATABASE,
                        "STATE_DIR", stateDir(role).toString(), "ADMIN_KEY", ADMIN_KEY),
                directory.resolve(role.wireName() + ".log"));
    }

    private static ApiClient client(Role role) {
        return requireNonNull(clients.get(role));
    }

    private static Path stateDir(Role role) {
        return directory.resolve("state-" + role.wireName());
    }

    @Test
    void event_takenByOneInstance_isCountedByAnotherAndStoredByAThird() throws Exception {
        assertEquals(202, client(Role.INGEST).postEvent(EVENT).status());

        Await.until(SOON, "counted",
                () -> client(Role.STREAMS).get("/api/matches/split/metrics").json().path("totalEvents").asInt() == 1);
        Await.until(SOON, "stored", () -> client(Role.SINK)
                .rows("SELECT count() FROM " + DATABASE + ".match_events WHERE match_id = 'split'")
                .equals(List.of("1")));
    }

    @Test
    void health_ofEachInstance_reportsItsDisabledRoles() throws Exception {
        Map<Role, String> ready = Map.of(Role.INGEST, "producer", Role.STREAMS, "stores", Role.LIVE, "live", Role.SINK,
                "sink");
        Map<Role, String> startup = Map.of(Role.STREAMS, "streams", Role.SINK, "migrations");
        for (Role own : clients.keySet()) {
            for (Role other : Role.values()) {
                assertCheck(own, other, "/health/ready", requireNonNull(ready.get(other)));
            }
            for (Role other : startup.keySet()) {
                assertCheck(own, other, "/health/startup", requireNonNull(startup.get(other)));
            }
            assertCheck(own, Role.STREAMS, "/health/live", "streams");
        }
    }

    private static void assertCheck(Role own, Role other, String path, String check) {
        String expected = own == other ? "up" : "off";
        Await.until(SOON, path + " of " + own + " has " + check + " " + expected, () -> {
            Answer answer = client(own).get(path);
            return answer.status() == 200 && answer.json().path("status").asText().equals("up")
                    && answer.json().at("/checks/" + check + "/status").asText().equals(expected);
        });
    }

    @Test
    void posts_roleIngestOff_returnTheProblemRoleOff() throws Exception {
        for (Role role : List.of(Role.STREAMS, Role.SINK)) {
            ApiClient client = client(role);
            assertRoleOff(client.postEvent(EVENT));
            assertRoleOff(client.postBatch(List.of(EVENT)));
            assertRoleOff(client.ask("/api/dead-letters/replay", request -> request.header("X-Api-Key", ADMIN_KEY)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{\"ids\":[\"roles-match-events-dead:0:0\"]}"))));
        }
    }

    private static void assertRoleOff(Answer answer) throws IOException {
        assertEquals(404, answer.status(), answer.body());
        assertEquals("urn:fanfinity:problem:role-off", answer.json().path("type").asText());
    }

    @Test
    void reads_roleStreamsOff_areUnavailableNotAFailure() throws Exception {
        for (Role role : List.of(Role.INGEST, Role.SINK)) {
            ApiClient client = client(role);
            for (String path : List.of("/api/matches", "/api/matches/other/metrics", "/api/matches/other/timeline",
                    "/api/matches/other/events",
                    "/api/matches/other/events/0f0e7e6d-b7f7-54ec-9d8b-f8a8d8d5c517", "/api/ledger")) {
                Answer answer = client.get(path);
                assertEquals(503, answer.status(), path);
                assertEquals("urn:fanfinity:problem:unavailable", answer.json().path("type").asText(), path);
            }
            assertEquals("OFF", client.get("/api/streams").json().path("state").asText());
        }
    }

    @Test
    void everyInstance_answersAboutItself() throws Exception {
        for (ApiClient client : clients.values()) {
            for (String path : List.of("/metrics", "/openapi.yaml", "/api/topology", "/api/streams", "/")) {
                assertEquals(200, client.get(path).status(), path);
            }
        }
    }

    @Test
    void roleOff_startsNothing() throws Exception {
        for (Role role : clients.keySet()) {
            String metrics = client(role).get("/metrics").body();
            assertEquals(role == Role.INGEST, metrics.contains("kafka_producer_queue_size"), "producer of " + role);
            assertEquals(role == Role.STREAMS, metrics.contains("kafka_stream_"), "stream threads of " + role);
            assertEquals(role == Role.STREAMS, Files.exists(stateDir(role)), "state directory of " + role);
            assertEquals(role == Role.STREAMS, threads(role).anyMatch(name -> name.startsWith("roles-f")),
                    "threads of " + role);
            assertEquals(role == Role.SINK, threads(role).anyMatch(name -> name.equals("sink")), "threads of " + role);
            assertEquals(role != Role.SINK, threads(role).anyMatch(name -> name.startsWith("kafka-p")),
                    "producers of " + role);
        }
    }

    /// The thread names from Linux, which truncates long names.
    private static Stream<String> threads(Role role) throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + requireNonNull(services.get(role)).pid() + "/task"))) {
            return tasks.toList().stream().map(task -> {
                try {
                    return Files.readString(task.resolve("comm")).strip();
                } catch (IOException _) {
                    return ""; // it has ended
                }
            });
        }
    }
}
