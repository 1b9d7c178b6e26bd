package com.fanfinity.analytics.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.RealParts;
import com.fanfinity.analytics.stack.Stack;
import com.fanfinity.analytics.testing.KafkaLogin;

/// A broker that is down, is slow, or rejects the writes of the topology. The service uses its plain listener, or logs
/// in with the documented operations only.
@Tag("endurance")
@ParameterizedClass
@ValueSource(strings = {BrokerFaultsIT.PLAIN, "SCRAM", "CERTIFICATE"})
class BrokerFaultsIT {

    static final String PLAIN = "PLAIN";

    private static final Duration SOON = Duration.ofSeconds(90);
    private static final Duration INGEST_TIMEOUT = Duration.ofSeconds(2);
    private static final long IN_FLIGHT = 32L << 20;

    /// The tolerance for deadlines on a busy machine, which must also receive the bodies of the flood.
    private static final Duration GRACE = Duration.ofSeconds(5);

    @SuppressWarnings("NullAway.Init") // by start()
    private static Stack stack;
    @SuppressWarnings("NullAway.Init") // by start()
    private static ApiClient api;

    @Parameter
    String login = PLAIN;

    @BeforeParameterizedClassInvocation
    static void start(String login) throws Exception {
        Map<String, String> settings = Map.of("INGEST_TIMEOUT", "2s", "INGEST_MAX_IN_FLIGHT", "32MiB");
        stack = login.equals(PLAIN)
                ? Stack.start("broker-faults", settings)
                : KafkaLogin.create(KafkaLogin.Kind.valueOf(login), RealParts.directory("login"))
                        .startStack("broker-faults", settings);
        api = new ApiClient(stack.service().url(), stack.clickHouse().url());
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        api.close();
        stack.close();
    }

    @Test
    void down_requestsAre503InTimeAndMemoryIsBoundedAndItRecoversByItself() throws Exception {
        long pid = stack.service().pid();
        try (SteadyLoad load = new SteadyLoad(stack.service().url(), "broker-down")) {
            load.awaitMore(500, SOON);
            stack.kafka().kill();
            try {
                assertRefusedInTime(load, System.nanoTime());
            } finally {
                stack.kafka().restart();
            }
            load.awaitMore(500, SOON);
            new ExactlyOnce(api).check(load);
        }
        assertEquals(pid, stack.service().pid(), "the same process");
        Await.until(SOON, "ready again", () -> api.get("/health/ready").status() == 200);
    }

    private static void assertRefusedInTime(SteadyLoad load, long killed) throws IOException, InterruptedException {
        try (Flood flood = new Flood(stack.service().url())) {
            double mostInFlight = 0;
            while (flood.answered() < 300 || System.nanoTime() - killed < Duration.ofSeconds(8).toNanos()) {
                mostInFlight = Math.max(mostInFlight, meter("ingest_in_flight_bytes"));
                assertTrue(System.nanoTime() - killed < SOON.toNanos(), "300 answers in time: " + flood.answered());
            }
            assertTrue(mostInFlight > 0 && mostInFlight <= IN_FLIGHT, "bytes in flight: " + mostInFlight);
            assertEquals(List.of(), flood.unlike503(), "answers to batches");
            assertInTime(flood.slowest());
        }
        List<SteadyLoad.Reply> refused = load.replies().stream().filter(reply -> reply.startedNanos() - killed > 0)
                .toList();
        assertTrue(refused.stream().allMatch(reply -> reply.status() == 503 && reply.retryAfter()),
                "503 with Retry-After: " + refused);
        assertInTime(load.slowestSince(killed));
        assertEquals(503, api.get("/health/ready").status(), "not ready");
        assertEquals(200, api.get("/health/live").status(), "but alive");
    }

    /// The broker process is paused for four fifths of the time, so each of its answers takes long.
    @Test
    void slow_acceptedEventsCountOnceAndOthersGet503() throws Exception {
        try (SteadyLoad load = new SteadyLoad(stack.service().url(), "broker-slow")) {
            load.awaitMore(500, SOON);
            long before = load.accepted();
            long began = System.nanoTime();
            while (System.nanoTime() - began < Duration.ofSeconds(10).toNanos()) {
                stack.kafka().pause();
                LockSupport.parkNanos(Duration.ofMillis(400).toNanos());
                stack.kafka().resume();
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            }

            assertTrue(load.accepted() - before >= 20, "accepted meanwhile: " + (load.accepted() - before));
            assertTrue(
                    load.replies().stream()
                            .allMatch(reply -> reply.status() == 202 || (reply.status() == 503 && reply.retryAfter())),
                    "only 202, or 503 with Retry-After");
            assertInTime(load.slowestSince(began));
            new ExactlyOnce(api).check(load);
        }
    }

    /// The broker rejects the writes of a stream thread. The thread and its successors fail until the broker accepts
    /// writes again.
    @Test
    void streamThread_throwsAgainAndAgain_isReplacedAndEveryEventCountsOnce() throws Exception {
        try (SteadyLoad load = new SteadyLoad(stack.service().url(), "thread")) {
            load.awaitMore(200, SOON);
            double before = failedThreads();

            accept(100);
            try {
                Await.until(SOON, "threads fail, and their successors too", () -> failedThreads() >= before + 3);
                load.awaitMore(100, SOON);
                assertEquals(200, api.get("/health/live").status(), "alive");
            } finally {
                accept(1 << 20);
            }

            load.awaitMore(100, SOON);
            assertEquals(0, load.replies().stream().filter(reply -> reply.status() != 202).count(),
                    "answers other than 202");
            new ExactlyOnce(api).check(load);
        }
        Await.until(SOON, "ready", () -> api.get("/health/ready").status() == 200);
    }

    private static void accept(int maxBytes) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.kafka().bootstrapServers()))) {
            admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, "match-events-accepted"),
                    List.of(
                            new AlterConfigOp(
                                    new ConfigEntry(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(maxBytes)),
                                    OpType.SET))))
                    .all().get();
        }
    }

    private static double failedThreads() throws IOException, InterruptedException {
        return meter("kafka_streams_thread_failures_total");
    }

    private static double meter(String name) throws IOException, InterruptedException {
        return api.get("/metrics").body().lines()
                .filter(line -> line.startsWith(name + ' ') || line.startsWith(name + '{'))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ')))).sum();
    }

    private static void assertInTime(Duration slowest) {
        assertTrue(slowest.compareTo(INGEST_TIMEOUT.plus(GRACE)) < 0, "slowest answer: " + slowest);
    }

    /// A batch of about 1 MB.
    static byte[] batch() {
        StringBuilder batch = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            batch.append(SteadyLoad.event("flood", UUID.randomUUID(), 10_000)).append('\n');
        }
        return batch.toString().getBytes(UTF_8);
    }
}
