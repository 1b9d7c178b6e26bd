package com.fanfinity.analytics.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.RealParts;

/// Records of other producers, a full disk, and the end of the process.
@Tag("external")
@Tag("slow")
class ServiceFaultsIT {

    private static final Duration SOON = Duration.ofSeconds(90);

    private static OwnService service;

    /// In this test `match-events` accepts any timestamp from the producer: the worst configuration of an operator.
    @BeforeAll
    static void start() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", RealParts.broker().bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("faults-match-events", 1, (short) 1).configs(Map.of(
                    TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime",
                    TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG,
                    Long.toString(Long.MAX_VALUE), TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG,
                    Long.toString(Long.MAX_VALUE),
                    TopicConfig.RETENTION_MS_CONFIG, "-1", TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "4194304")))).all()
                    .get();
        }
        Path directory = RealParts.directory("faults");
        service = OwnService.start("faults", directory, Map.of("STREAMS_ROCKSDB_MEMORY", "16MiB"));
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    /// All records are on one partition, in this order. The number of each valid event identifies it.
    @Test
    void foreignRecords_anyForm_areJudgedOneByOneAndNothingStops() throws Exception {
        String match = "foreign";
        List<UUID> good = new ArrayList<>();
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            for (long time : new long[]{System.currentTimeMillis(), Long.MAX_VALUE, System.currentTimeMillis(), 0, 1,
                -1,
                System.currentTimeMillis()}) {
                good.add(UUID.randomUUID());
                send(producer, time, match, SteadyLoad.event(match, good.getLast()));
            }
            long now = System.currentTimeMillis();
            send(producer, now, match, "no JSON at all");
            send(producer, Long.MAX_VALUE, match, "no JSON in the far future");
            send(producer, now, match, SteadyLoad.event(match, UUID.randomUUID()).replace("pass", "gaol"));
            send(producer, now, match, "\"" + "x".repeat(1 << 20) + "\"");
            send(producer, now, null, SteadyLoad.event(match, UUID.randomUUID()));
            send(producer, now, "another", SteadyLoad.event(match, UUID.randomUUID()));
            // Sends all valid events again. They are duplicates, even though the timestamps jumped.
            for (UUID id : good) {
                send(producer, now, match, SteadyLoad.event(match, id));
            }
            good.add(UUID.randomUUID());
            send(producer, now, match, SteadyLoad.event(match, good.getLast()));
        }

        service.exactlyOnce().counted(match, good.size());
        service.exactlyOnce().stored(match, good.size());
        assertEquals(good.size() - 1,
                service.api().get("/api/matches/" + match + "/metrics").json().path("duplicates").asInt());
        List<String> dead = List.of("invalid\t1", "key_mismatch\t2", "malformed\t3");
        String reasons = "SELECT reason, count() FROM faults.dead_letters WHERE position(raw, 'clock') = 0 "
                + "GROUP BY reason ORDER BY reason";
        Await.until(SOON, "six are dead letters: " + dead, () -> service.api().rows(reasons), dead::equals);
        assertOthersAreLive();
    }

    /// The extreme timestamps on the partition do not affect other matches.
    private static void assertOthersAreLive() throws Exception {
        UUID id = UUID.randomUUID();
        String event = SteadyLoad.event("beside", id).replace("2026-11-21T10:00:00Z",
                java.time.Instant.now().toString());
        assertEquals(202, service.api().postEvent(event).status());
        assertEquals(202, service.api().postEvent(event).status());
        service.exactlyOnce().counted("beside", 1);
        Await.until(SOON, "the repeat is a duplicate",
                () -> service.api().get("/api/matches/beside/metrics").json().path("duplicates").asInt() == 1);
        var metrics = service.api().get("/api/matches/beside/metrics").json();
        assertEquals("live", metrics.path("status").asText());
        assertTrue(metrics.at("/responseTimePercentiles/p99").asDouble() < SOON.toMillis(), metrics.toString());
    }

    /// No file may grow, as on a full disk, so RocksDB cannot write. Accepted events wait in Kafka until there is
    /// space.
    @Test
    void stateDirectory_full_isReportedAndEveryEventCountsOnceWhenThereIsSpace() throws Exception {
        try (SteadyLoad load = new SteadyLoad(service.process().url(), "disk", 15_000)) {
            load.awaitMore(100, SOON);

            limitFiles("0");
            try {
                Await.until(SOON, "not ready, with the cause",
                        () -> storesCheck().equals("503 stream threads fail and are replaced; see the log"));
                assertEquals(200, service.api().get("/health/live").status(), "a restart would not help");
                load.awaitMore(100, SOON);
            } finally {
                limitFiles("unlimited");
            }

            Await.until(SOON, "ready again", () -> service.api().get("/health/ready").status() == 200);
            service.exactlyOnce().check(load);
        }
    }

    private static String storesCheck() throws IOException, InterruptedException {
        var ready = service.api().get("/health/ready");
        return ready.status() + " " + ready.json().at("/checks/stores/detail").asText();
    }

    private static void limitFiles(String softBytes) throws IOException, InterruptedException {
        Process prlimit = new ProcessBuilder("prlimit", "--pid", Long.toString(service.process().pid()),
                "--fsize=" + softBytes + ":")
                .inheritIO().start();
        assertEquals(0, prlimit.waitFor(), "prlimit");
    }

    /// Every started request is answered. The service still reads the rest of a body, and reports the outcome of every
    /// record sent to Kafka.
    @Test
    void sigterm_underLoad_cutsNoRequestOff() throws Exception {
        String match = "terminated";
        Set<String> accepted = ConcurrentHashMap.newKeySet();
        Set<String> unanswered = ConcurrentHashMap.newKeySet();
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> senders = new ArrayList<>();
        for (int sender = 0; sender < 16; sender++) {
            senders.add(Thread.ofVirtual().start(() -> {
                while (!stop.get()) {
                    sendOnce(match, accepted, unanswered);
                }
            }));
        }
        Await.until(SOON, "500 events are accepted", () -> accepted.size() >= 500);
        UUID slow = UUID.randomUUID();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(),
                URI.create(service.process().url()).getPort())) {
            Runnable rest = beginSlowly(socket, SteadyLoad.event(match, slow));
            CompletableFuture<Process> ended = service.process().onExit();
            CompletableFuture<Void> closing = CompletableFuture.runAsync(() -> service.process().close());
            Await.until(SOON, "no connection is taken any more", () -> isRefused());
            rest.run();
            assertTrue(answer(socket).startsWith("HTTP/1.1 202"), "the request that was under way is answered");
            closing.get(30, TimeUnit.SECONDS);
            assertEquals(0, ended.get().exitValue(), "exit code");
        }
        stop.set(true);
        for (Thread sender : senders) {
            sender.join();
        }
        accepted.add(slow.toString());
        service.process().restart();

        // This event comes after all others on the one partition.
        UUID last = UUID.randomUUID();
        assertEquals(202, service.api().postEvent(SteadyLoad.event(match, last)).status());
        accepted.add(last.toString());
        String stored = "SELECT toString(event_id) FROM faults.match_events WHERE match_id = '" + match + "'";
        Set<String> found = Await.until(SOON, "the last one is stored", () -> new HashSet<>(service.api().rows(stored)),
                rows -> rows.contains(last.toString()));
        assertTrue(found.containsAll(accepted), "every accepted event is stored");
        found.retainAll(unanswered);
        assertEquals(Set.of(), found, "events that were taken without an answer");
    }

    private static void sendOnce(String match, Set<String> accepted, Set<String> unanswered) {
        String id = UUID.randomUUID().toString();
        try {
            if (service.api().postEvent(SteadyLoad.event(match, UUID.fromString(id))).status() == 202) {
                accepted.add(id);
            }
        } catch (IOException _) {
            unanswered.add(id);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// @return an action that sends the other half
    private static Runnable beginSlowly(Socket socket, String event) throws IOException {
        socket.setSoTimeout((int) SOON.toMillis());
        byte[] body = event.getBytes(UTF_8);
        String head = "POST /api/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: "
                + body.length
                + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(UTF_8));
        socket.getOutputStream().write(body, 0, body.length / 2);
        socket.getOutputStream().flush();
        return () -> {
            try {
                socket.getOutputStream().write(body, body.length / 2, body.length - body.length / 2);
                socket.getOutputStream().flush();
            } catch (IOException e) {
                throw new AssertionError("the connection was cut off", e);
            }
        };
    }

    private static String answer(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] answer = in.readNBytes(12);
        return new String(answer, UTF_8);
    }

    private static boolean isRefused() {
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), URI.create(service.process().url()).getPort())) {
            return false;
        } catch (IOException _) {
            return true;
        }
    }

    private static KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", RealParts.broker().bootstrapServers(), "max.request.size", 4 << 20),
                new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, long time, @Nullable String key, String value)
            throws Exception {
        producer.send(new At(service.topic("match-events"), time, key == null ? null : key.getBytes(UTF_8),
                value.getBytes(UTF_8))).get();
    }

    /// A record with any timestamp. The constructor of Kafka's client rejects negative ones.
    private static final class At extends ProducerRecord<byte[], byte[]> {
        private final long time;

        At(String topic, long time, byte @Nullable [] key, byte[] value) {
            super(topic, key, value);
            this.time = time;
        }

        @Override
        public Long timestamp() {
            return time;
        }
    }
}
