package com.fanfinity.analytics.stack;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fanfinity.analytics.stack.process.Ports;

class KafkaBrokerIT {
    @Test
    void records_acknowledged_surviveKill(@TempDir Path dir) throws Exception {
        try (KafkaBroker broker = KafkaBroker.start(dir, Ports.free())) {
            createTopic(broker, "kept");
            send(broker, "kept", "before\n\nthe kill");
            long pid = broker.pid();

            broker.kill();
            assertFalse(ProcessHandle.of(pid).isPresent());
            broker.restart();

            assertNotEquals(pid, broker.pid());
            assertEquals(List.of("before\n\nthe kill"), read(broker, "kept", 1));
        }
    }

    @Test
    void transactions_any_commitOrAbort() throws Exception {
        KafkaBroker broker = RealParts.broker();
        createTopic(broker, "transactions");
        try (KafkaProducer<String, String> producer = producer(broker, Map.of("transactional.id", "t"))) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("transactions", "aborted")).get(30, TimeUnit.SECONDS);
            producer.abortTransaction();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("transactions", "committed")).get(30, TimeUnit.SECONDS);
            producer.commitTransaction();
        }

        assertEquals(List.of("committed"), read(broker, "transactions", 1));
    }

    @Test
    void topic_misspelt_isNotCreated() throws Exception {
        try (Admin admin = admin(RealParts.broker())) {
            ExecutionException failure = assertThrows(ExecutionException.class,
                    () -> admin.describeTopics(List.of("match-evnets")).allTopicNames().get(10, TimeUnit.SECONDS));

            assertTrue(failure.getCause() instanceof UnknownTopicOrPartitionException, failure::toString);
        }
    }

    @Test
    void broker_paused_answersOnlyAfterResume() throws Exception {
        KafkaBroker broker = RealParts.broker();
        broker.pause();
        try (Admin admin = admin(broker)) {
            assertThrows(ExecutionException.class, () -> admin.describeCluster().nodes().get());
        } finally {
            broker.resume();
        }

        Await.until(Duration.ofSeconds(20), "the broker answers again", () -> {
            try (Admin admin = admin(broker)) {
                return !admin.describeCluster().nodes().get().isEmpty();
            }
        });
    }

    @Test
    void start_portInUse_namesIt(@TempDir Path dir) {
        int port = port(RealParts.broker());

        IllegalStateException failure = assertThrows(IllegalStateException.class, () -> KafkaBroker.start(dir, port));

        assertEquals("port " + port + " of kafka is in use by another process", failure.getMessage());
    }

    private static int port(KafkaBroker broker) {
        return Integer.parseInt(broker.bootstrapServers().substring("127.0.0.1:".length()));
    }

    private static Admin admin(KafkaBroker broker) {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers(), "default.api.timeout.ms", 2_000,
                "request.timeout.ms", 1_000));
    }

    private static void createTopic(KafkaBroker broker, String topic) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get(30, TimeUnit.SECONDS);
        }
    }

    private static void send(KafkaBroker broker, String topic, String value) throws Exception {
        try (KafkaProducer<String, String> producer = producer(broker, Map.of("acks", "all"))) {
            producer.send(new ProducerRecord<>(topic, value)).get(30, TimeUnit.SECONDS);
        }
    }

    private static KafkaProducer<String, String> producer(KafkaBroker broker, Map<String, Object> more) {
        Map<String, Object> config = new HashMap<>(more);
        config.put("bootstrap.servers", broker.bootstrapServers());
        return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
    }

    private static List<String> read(KafkaBroker broker, String topic, int count) {
        Map<String, Object> config = Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level",
                "read_committed");
        try (KafkaConsumer<byte[], String> consumer = new KafkaConsumer<>(config,
                (_, data) -> data, new StringDeserializer())) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            List<String> values = new ArrayList<>();
            Await.until(Duration.ofSeconds(20), count + " records of " + topic, () -> {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
                return values.size() >= count;
            });
            return values;
        }
    }
}
