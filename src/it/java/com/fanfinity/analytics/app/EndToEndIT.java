package com.fanfinity.analytics.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.lab.verify.PersistentSender;
import com.fanfinity.analytics.lab.verify.RecordedMatches.RecordedMatch;
import com.fanfinity.analytics.lab.verify.TruthCheck;
import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.Stack;
import com.fanfinity.analytics.testing.TestMatches;

/// Real matches through the complete system: three processes, no test doubles. The results must equal the known facts
/// of each match.
class EndToEndIT {

    private static final long SEED = 2018;
    private static final int BATCH = 200;
    private static final Duration SETTLE = Duration.ofSeconds(90);

    private static Stack stack;
    private static ApiClient api;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        stack = Stack.start("end-to-end");
        api = new ApiClient(stack.service().url(), stack.clickHouse().url());
    }

    @AfterAll
    static void stop() {
        api.close();
        stack.close();
    }

    @Test
    void matches_shuffledAndRepeated_areTheirTruth() throws IOException, InterruptedException {
        List<RecordedMatch> matches = TestMatches.all();
        PersistentSender sender = new PersistentSender(api);

        for (RecordedMatch match : matches) {
            send(sender, shuffledWithRepeats(match.events(), new Random(SEED)), () -> {});
        }

        TruthCheck check = new TruthCheck(api, SETTLE);
        for (RecordedMatch match : matches) {
            check.check(match.truth());
        }
        for (RecordedMatch match : matches) {
            assertEquals("0", api.rows("SELECT count() FROM fanfinity.dead_letters WHERE position(raw, '"
                    + match.truth().matchId() + "') > 0").getFirst(), "dead letters");
        }
    }

    @Test
    void match_allProcessesKilledInTheMiddle_isItsTruth() throws IOException, InterruptedException {
        RecordedMatch recorded = TestMatches.synthetic();
        String killed = recorded.truth().matchId() + "-killed";
        List<String> events = recorded.events().stream().map(event -> event.replace(recorded.truth().matchId(), killed))
                .toList();
        PersistentSender sender = new PersistentSender(api);

        send(sender, shuffledWithRepeats(events, new Random(SEED + 1)), this::killAll);

        assertTrue(sender.repeated() > 0, "the kill fell into the sending");
        new TruthCheck(api, SETTLE).check(recorded.truth().withMatchId(killed));
    }

    /// One partition gets events of 1998 and of today in turn. No event is late.
    @Test
    void matches_yearsApartOnOnePartition_areBothCounted() throws IOException, InterruptedException {
        String neighbour = Partitions.neighbourOf("years-apart", 12);
        PersistentSender sender = new PersistentSender(api);

        for (int i = 0; i < 50; i++) {
            sender.one(pass("years-apart", "2026-11-21T10:%02d:00Z".formatted(i)));
            sender.one(pass(neighbour, "1998-07-12T20:%02d:00Z".formatted(i)));
        }

        for (String match : List.of("years-apart", neighbour)) {
            Await.until(SETTLE, match + " counts 50 minutes of one event", () -> {
                var windows = api.get("/api/matches/" + match + "/timeline").json().path("windows");
                return windows.size() == 50
                        && windows.findValues("events").stream().allMatch(events -> events.asInt() == 1);
            });
        }
    }

    @Test
    void service_terminatedUnderLoad_endsInTimeAndLosesNothing() throws Exception {
        String match = "terminated";
        Set<String> accepted = ConcurrentHashMap.newKeySet();
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> senders = IntStream.range(0, 8).mapToObj(sender -> Thread.ofVirtual().start(() -> {
            for (int i = 0; !stop.get(); i++) {
                String id = UUID.nameUUIDFromBytes((sender + "-" + i).getBytes(UTF_8)).toString();
                if (isAccepted(pass(id, match, "2026-11-21T10:00:00Z"))) {
                    accepted.add(id);
                }
            }
        })).toList();
        Await.until(SETTLE, "500 events are accepted", () -> accepted.size() >= 500);
        CompletableFuture<Process> ended = stack.service().onExit();

        long started = System.nanoTime();
        stack.service().close();

        Duration took = Duration.ofNanos(System.nanoTime() - started);
        stop.set(true);
        for (Thread sender : senders) {
            sender.join();
        }
        stack.service().restart();
        assertEquals(0, ended.get(1, TimeUnit.SECONDS).exitValue(), "exit code");
        assertTrue(took.toSeconds() < 20, "within 20 s: " + took);
        Await.until(SETTLE, "all " + accepted.size() + " accepted events are counted",
                () -> api.get("/api/matches/" + match + "/metrics").json().path("totalEvents").asLong() >= accepted
                        .size());
        Await.until(SETTLE, "all accepted events are stored", () -> new HashSet<>(
                api.rows("SELECT toString(event_id) FROM fanfinity.match_events WHERE match_id = '" + match + "'"))
                .containsAll(accepted));
        assertEquals(List.of("1"),
                api.rows("SELECT count() = uniqExact(event_id) FROM fanfinity.match_events WHERE match_id = '" + match
                        + "'"));
    }

    /// The rules apply to records of other producers too. Invalid records become dead letters and do not stop later
    /// records.
    @Test
    void records_ofAnotherProducerThatBreakTheRules_areDeadLettersAndNothingStops() throws Exception {
        String match = "foreign";
        String good = pass(UUID.nameUUIDFromBytes("good".getBytes(UTF_8)).toString(), match, "2026-11-21T10:00:00Z");
        Map<String, Object> config = Map.of("bootstrap.servers", stack.kafka().bootstrapServers());
        try (var producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            for (ProducerRecord<String, String> record : List.of(
                    new ProducerRecord<>("match-events", match, "no JSON at all"),
                    new ProducerRecord<>("match-events", match, good.replace("pass", "gaol")),
                    new ProducerRecord<>("match-events", match, good.replace("2026", "9999")),
                    new ProducerRecord<>("match-events", "another-key", good),
                    new ProducerRecord<String, String>("match-events", null, Long.MAX_VALUE / 1_000_000, null, good),
                    new ProducerRecord<>("match-events", match, good))) {
                producer.send(record).get();
            }
        }

        Await.until(SETTLE, "the valid event counts",
                () -> api.get("/api/matches/" + match + "/metrics").json().path("totalEvents").asInt() == 1);
        Await.until(SETTLE, "the invalid records are dead letters", () -> api
                .rows("SELECT reason, count() FROM fanfinity.dead_letters "
                        + "WHERE position(raw, 'foreign') > 0 OR raw = 'no JSON at all'"
                        + " GROUP BY reason ORDER BY reason")
                .equals(List.of("invalid\t2", "key_mismatch\t2", "malformed\t1")));
    }

    private static boolean isAccepted(String event) {
        try {
            return api.postEvent(event).status() == 202;
        } catch (IOException _) {
            return false; // the service is closed
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static String pass(String eventId, String matchId, String timestamp) {
        return "{\"eventId\":\"%s\",\"matchId\":\"%s\",\"eventType\":\"pass\",\"teamId\":1,\"timestamp\":\"%s\"}"
                .formatted(eventId,
                        matchId, timestamp);
    }

    private static String pass(String matchId, String timestamp) {
        return pass(UUID.nameUUIDFromBytes(timestamp.getBytes(UTF_8)).toString(), matchId, timestamp);
    }

    private void killAll() {
        stack.service().kill();
        stack.kafka().kill();
        stack.clickHouse().kill();
        try {
            stack.clickHouse().restart();
            stack.kafka().restart();
            stack.service().restart();
        } catch (IOException e) {
            throw new AssertionError("a part does not come back", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Sends one half as single events and the other half in batches. `halfway` runs while a batch is in flight.
    private static void send(PersistentSender sender, List<String> events, Runnable halfway) {
        List<String> single = events.subList(0, events.size() / 2);
        List<String> batched = events.subList(events.size() / 2, events.size());
        single.parallelStream().forEach(sender::one);
        CompletableFuture<Void> disturbance = CompletableFuture.runAsync(halfway);
        do {
            // Repeats until the disturbance is over, so that some batches meet it. Events that were accepted before are
            // duplicates.
            for (int from = 0; from < batched.size(); from += BATCH) {
                sender.batch(batched.subList(from, Math.min(batched.size(), from + BATCH)));
            }
        } while (!disturbance.isDone());
        disturbance.join();
    }

    private static List<String> shuffledWithRepeats(List<String> events, Random random) {
        List<String> sent = new ArrayList<>(events);
        events.stream().filter(_ -> random.nextInt(10) == 0).forEach(sent::add);
        Collections.shuffle(sent, random);
        return sent;
    }
}
