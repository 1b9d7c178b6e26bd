package com.fanfinity.analytics.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.lab.restore.BackupScript;
import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.RealParts;

/// Changes of `match-events` and of the group's position: lost offsets, a recreated topic, a producer with another
/// partitioner, more partitions, another window for duplicates.
@Tag("external")
@Tag("slow")
class SourceTopicIT {

    private static final Duration SOON = Duration.ofSeconds(90);
    private static final int EVENTS = 200;
    private static final String ADMIN_KEY = "an-admin-key-of-this-test";

    private static Map<String, Object> broker() {
        return Map.of("bootstrap.servers", RealParts.broker().bootstrapServers());
    }

    private static OwnService start(String name, Map<String, String> settings) throws Exception {
        return OwnService.start(name, RealParts.directory(name), settings);
    }

    private static EventJson event(String match, int number) {
        return EventJson.of(match, "pass", number).team("A");
    }

    private static void post(OwnService service, String match, int from, int to) throws Exception {
        var answer = service.api()
                .postBatch(IntStream.range(from, to).mapToObj(number -> event(match, number).json()).toList());
        assertEquals(202, answer.status(), answer::body);
    }

    private static void produce(String topic, @Nullable Integer partition, String key, String value) throws Exception {
        try (var producer = new KafkaProducer<>(broker(), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, partition, key.getBytes(UTF_8), value.getBytes(UTF_8))).get();
        }
    }

    private static JsonNode ledger(OwnService service) throws Exception {
        return service.api().get("/api/ledger").json().path("totals");
    }

    private static double metric(OwnService service, String name) throws Exception {
        return service.api().get("/metrics").body().lines().filter(line -> line.startsWith(name + ' '))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1))).sum();
    }

    /// The end of the partition; 0 if nothing was ever written to it.
    private static long end(Admin admin, String topic, int partition) throws Exception {
        TopicPartition place = new TopicPartition(topic, partition);
        return admin.listOffsets(Map.of(place, OffsetSpec.latest())).partitionResult(place).get().offset();
    }

    @Test
    void groupOffsetsAreLost_recordsAreReadAgain_countsAndBuriesNothingTwice() throws Exception {
        Path directory = RealParts.directory("offsets");
        OwnService service = OwnService.start("offsets", directory, Map.of());
        try (Admin admin = Admin.create(broker())) {
            produce(service.topic("match-events"), 0, "lost", "no JSON");
            post(service, "lost", 0, EVENTS);
            service.exactlyOnce().counted("lost", EVENTS);
            service.close();
            admin.deleteStreamsGroupOffsets("offsets-fanfinity-analytics",
                    Set.of(new TopicPartition(service.topic("match-events"), 0))).all().get();
            OwnService again = OwnService.start("offsets", directory, Map.of());
            try {
                post(again, "lost", EVENTS, EVENTS + 10);
                again.exactlyOnce().counted("lost", EVENTS + 10);

                JsonNode ledger = ledger(again);
                assertEquals(EVENTS + 11, ledger.path("received").asInt(), ledger::toString);
                assertEquals(0, ledger.path("duplicate").asInt(), ledger::toString);
                assertEquals(1, ledger.path("dead").asInt(), ledger::toString);
                assertEquals(EVENTS + 1, metric(again, "records_reread_total"));
                again.exactlyOnce().stored("lost", EVENTS + 10);
                again.exactlyOnce().counted("lost", EVENTS + 10);
            } finally {
                again.close();
            }
        } finally {
            service.close();
        }
    }

    @Test
    void topicIsRecreated_newRecords_areCountedFromTheFirst() throws Exception {
        Path directory = RealParts.directory("recreated");
        OwnService service = OwnService.start("recreated", directory, Map.of());
        try (Admin admin = Admin.create(broker())) {
            post(service, "recreated", 0, EVENTS);
            service.exactlyOnce().counted("recreated", EVENTS);
            service.close();
            admin.deleteTopics(List.of(service.topic("match-events"))).all().get();
            Await.until(SOON, "the topic is gone",
                    () -> !admin.listTopics().names().get().contains(service.topic("match-events")));
            OwnService again = OwnService.start("recreated", directory, Map.of());
            try {
                post(again, "recreated", EVENTS, EVENTS + 10);
                again.exactlyOnce().counted("recreated", EVENTS + 10);
                assertEquals(0, metric(again, "records_reread_total"));
            } finally {
                again.close();
            }
        } finally {
            service.close();
        }
    }

    /// The process hangs while the topic is deleted, created again and filled beyond the position of its consumer. The
    /// consumer then continues in the middle of the new topic, without an error. Counting must stop until an operator
    /// lets the group begin at the first record.
    @Test
    void topicIsRecreatedAndFilledWhileItIsRead_noNewRecordIsLeftOut() throws Exception {
        Path directory = RealParts.directory("replaced");
        OwnService service = OwnService.start("replaced", directory, Map.of());
        String topic = service.topic("match-events");
        AtomicInteger sent = new AtomicInteger(10);
        try (Admin admin = Admin.create(broker())) {
            post(service, "replaced", 0, 10);
            service.exactlyOnce().counted("replaced", 10);
            service.process().pause();
            try {
                admin.deleteTopics(List.of(topic)).all().get();
                Await.until(SOON, "the topic is gone", () -> !admin.listTopics().names().get().contains(topic));
                admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1)
                        .configs(Map.of("message.timestamp.type", "LogAppendTime")))).all().get();
                while (sent.get() < 40) {
                    produce(topic, 0, "replaced", event("replaced", sent.getAndIncrement()).json());
                }
            } finally {
                service.process().resume();
            }
            Await.until(SOON, "counting stops", () -> {
                produce(topic, 0, "replaced", event("replaced", sent.getAndIncrement()).json());
                return metric(service, "kafka_streams_thread_failures_total") > 0;
            });
            service.close();
            admin.deleteStreamsGroupOffsets("replaced-fanfinity-analytics", Set.of(new TopicPartition(topic, 0))).all()
                    .get();

            try (OwnService again = OwnService.start("replaced", directory, Map.of())) {
                again.exactlyOnce().counted("replaced", sent.get());
                again.exactlyOnce().stored("replaced", sent.get());
            }
        } finally {
            service.close();
        }
    }

    /// The partition 1 of 4 is that of another partitioner: murmur2 chooses 0, 2 or 3 for the matches below.
    @Test
    void recordOnAnotherPartition_isADeadLetterAndTheEventCountsOnce() throws Exception {
        try (OwnService service = start("misplaced", Map.of("KAFKA_PARTITIONS", "4"))) {
            String match = IntStream.range(0, 100).mapToObj(i -> "misplaced-" + i)
                    .filter(id -> partition(id, 4) != 1).findFirst().orElseThrow();
            produce(service.topic("match-events"), 1, match, event(match, 1).json());
            String reasons = "SELECT reason, count() FROM misplaced.dead_letters GROUP BY reason";
            Await.until(SOON, "it is a dead letter", () -> service.api().rows(reasons),
                    List.of("wrong_partition\t1")::equals);
            assertEquals(404, service.api().get("/api/matches/" + match + "/metrics").status());

            post(service, match, 1, 2);

            service.exactlyOnce().counted(match, 1);
            service.exactlyOnce().stored(match, 1);
        }
    }

    private static int partition(String match, int partitions) {
        return org.apache.kafka.clients.producer.internals.BuiltInPartitioner
                .partitionForKey(match.getBytes(UTF_8), partitions);
    }

    /// The procedure "Add partitions" forbids it. If it happens, counting stops, but no event with a 202 is buried.
    @Test
    void partitionsAreAdded_noEventBecomesADeadLetter() throws Exception {
        try (OwnService service = start("grown", Map.of("KAFKA_PARTITIONS", "4"));
                Admin admin = Admin.create(broker())) {
            post(service, "grown-0", 0, 10);
            service.exactlyOnce().counted("grown-0", 10);

            admin.createPartitions(Map.of(service.topic("match-events"), NewPartitions.increaseTo(5))).all().get();
            // A producer that knows the five partitions writes events of matches whose partition changes.
            for (String match : IntStream.range(0, 100).mapToObj(i -> "grown-" + i)
                    .filter(id -> partition(id, 5) < 4 && partition(id, 4) != partition(id, 5)).limit(10).toList()) {
                produce(service.topic("match-events"), null, match, event(match, 1).json());
            }
            Await.until(SOON, "counting stops", () -> metric(service, "kafka_streams_thread_failures_total") > 0);
            for (int partition = 0; partition < 4; partition++) {
                assertEquals(0, end(admin, service.topic("match-events-dead"), partition), "partition " + partition);
            }
            post(service, "grown-0", 10, 20);
        }
    }

    /// The procedure "Partitions were added". Senders use the old number for some minutes after counting has stopped.
    @Test
    void partitionsWereAdded_secondDeploymentAndReplay_storeEachEventOnce() throws Exception {
        String match = IntStream.range(0, 100).mapToObj(i -> "added-" + i)
                .filter(id -> partition(id, 4) != partition(id, 5)).findFirst().orElseThrow();
        try (OwnService old = start("added", Map.of("KAFKA_PARTITIONS", "4")); Admin admin = Admin.create(broker())) {
            String topic = old.topic("match-events");
            post(old, match, 0, 10);
            old.exactlyOnce().stored(match, 10);
            admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(5))).all().get();
            produce(topic, partition(match, 5), match, event(match, 10).json());
            Await.until(SOON, "counting stops", () -> metric(old, "kafka_streams_thread_failures_total") > 0);
            for (int number = 11; number < 20; number++) {
                produce(topic, partition(match, 4), match, event(match, number).json());
            }
            post(old, match, 20, 30);

            try (OwnService second = start("addedtwo", Map.of("KAFKA_PARTITIONS", "5", "KAFKA_EVENTS_TOPIC", topic,
                    "ADMIN_KEY", ADMIN_KEY))) {
                Await.until(SOON, "the letters of the old number are stored", () -> second.api()
                        .rows("SELECT countIf(reason = 'wrong_partition') >= 19 FROM addedtwo.dead_letters"),
                        List.of("1")::equals);
                replayAll(second);
                second.exactlyOnce().counted(match, 30);
                second.exactlyOnce().stored(match, 30);
            }
        }
        new BackupScript(RealParts.engine().url(), "added", "").runSwap(Map.of(), "join", "added", "addedtwo");
        try (ApiClient clickHouse = new ApiClient("http://127.0.0.1", RealParts.engine().url())) {
            assertEquals(List.of("30\t30"), clickHouse.rows(
                    "SELECT count(), uniqExact(event_id) FROM added.match_events WHERE match_id = '" + match + "'"));
        }
    }

    private static void replayAll(OwnService service) throws Exception {
        Await.until(SOON, "no letter is left to replay",
                () -> service.api().ask("/api/dead-letters/replay", request -> request.header("X-Api-Key", ADMIN_KEY)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{\"reason\":\"wrong_partition\"}"))).json().path("letters"),
                JsonNode::isEmpty);
    }

    @Test
    void windowIsChanged_knownEvents_areStillDuplicates() throws Exception {
        Path directory = RealParts.directory("windows");
        String changelog = "windows-fanfinity-analytics-seen-events-changelog";
        OwnService service = OwnService.start("windows", directory, Map.of());
        try (Admin admin = Admin.create(broker())) {
            post(service, "windows", 0, EVENTS);
            service.exactlyOnce().counted("windows", EVENTS);
            assertEquals(Duration.ofDays(11), retention(admin, changelog));
            for (String window : List.of("72h", "1h", "48h")) {
                service.close();
                service = OwnService.start("windows", directory, Map.of("STREAMS_DEDUPE_WINDOW", window));
                post(service, "windows", 0, EVENTS);
            }
            OwnService last = service;
            Await.until(SOON, "all repeats are duplicates",
                    () -> last.api().get("/api/matches/windows/metrics").json().path("duplicates").asInt() == 3
                            * EVENTS);
            service.exactlyOnce().counted("windows", EVENTS);
            assertEquals(Duration.ofDays(12), retention(admin, changelog), "for the longest window");
        } finally {
            service.close();
        }
    }

    private static Duration retention(Admin admin, String topic) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        return Duration.ofMillis(Long.parseLong(
                requireNonNull(admin.describeConfigs(List.of(resource)).all().get().get(resource))
                        .get("retention.ms").value()));
    }
}
