package com.fanfinity.analytics.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.KafkaBroker;
import com.fanfinity.analytics.stack.RealParts;
import com.fanfinity.analytics.stack.process.Ports;

/// The machine of the only broker loses the end of `match-events`, whose events are already counted. New events get the
/// offsets of the lost ones, and their log grows beyond the old end.
@Tag("external")
@Tag("endurance")
class CutLogIT {

    private static final Duration SOON = Duration.ofSeconds(90);
    private static final int BEFORE = 50;
    private static final int AFTER = 60;

    private static EventJson event(int number) {
        return EventJson.of("cut", "pass", number).team("A");
    }

    private static void post(OwnService service) throws Exception {
        for (int number = 0; number < BEFORE; number++) {
            String json = event(number).json();
            Await.until(SOON, "Kafka has taken the event", () -> service.api().postEvent(json).status(),
                    status -> status == 202);
        }
        service.exactlyOnce().counted("cut", BEFORE);
    }

    /// Kills the broker and keeps the first half of the log.
    private static void cut(KafkaBroker broker, Path directory, String topic) throws Exception {
        broker.kill();
        Path log;
        try (Stream<Path> files = Files.walk(directory)) {
            log = files.filter(file -> file.endsWith(Path.of(topic + "-0", "0".repeat(20) + ".log"))).findFirst()
                    .orElseThrow();
        }
        try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
            assertTrue(channel.size() > 2_000, "the log is large enough: " + channel.size());
            channel.truncate(channel.size() / 2);
        }
        broker.restart();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            TopicPartition partition = new TopicPartition(topic, 0);
            long end = admin.listOffsets(Map.of(partition, OffsetSpec.latest())).partitionResult(partition).get()
                    .offset();
            assertTrue(end < BEFORE, () -> "the log still ends at " + end);
        }
    }

    private static void writeNew(KafkaBroker broker, String topic) throws Exception {
        try (var producer = new KafkaProducer<>(Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int number = BEFORE; number < BEFORE + AFTER; number++) {
                producer.send(new ProducerRecord<>(topic, "cut".getBytes(UTF_8), event(number).bytes())).get();
            }
        }
    }

    private static void assertExact(OwnService service) throws Exception {
        service.exactlyOnce().counted("cut", BEFORE + AFTER);
        service.exactlyOnce().stored("cut", BEFORE + AFTER);
    }

    @Test
    void cutWhileTheServiceRuns_newEventsAreCountedOnce() throws Exception {
        Path directory = RealParts.directory("cut-broker");
        try (KafkaBroker broker = KafkaBroker.start(directory, Ports.free());
                OwnService service = OwnService.start("cut", RealParts.directory("cut"),
                        Map.of("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers()))) {
            post(service);

            cut(broker, directory, service.topic("match-events"));
            writeNew(broker, service.topic("match-events"));

            assertExact(service);
        }
    }

    /// The group's offset lies within the new log when the service starts.
    @Test
    void cutAndGrownWhileTheServiceIsStopped_newEventsAreCountedOnce() throws Exception {
        Path directory = RealParts.directory("cutoff-broker");
        Path state = RealParts.directory("cutoff");
        try (KafkaBroker broker = KafkaBroker.start(directory, Ports.free())) {
            Map<String, String> settings = Map.of("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
            String topic;
            try (OwnService service = OwnService.start("cutoff", state, settings)) {
                post(service);
                service.exactlyOnce().stored("cut", BEFORE);
                topic = service.topic("match-events");
            }

            cut(broker, directory, topic);
            writeNew(broker, topic);

            try (OwnService again = OwnService.start("cutoff", state, settings)) {
                assertExact(again);
            }
        }
    }
}
