package com.fanfinity.analytics.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.RealParts;

@Tag("slow")
class TrailingGapsIT {

    private static final Duration SOON = Duration.ofSeconds(30);

    private final String topic = "gaps-" + UUID.randomUUID();
    private final Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap()));
    private final KafkaProducer<byte[], byte[]> plain = new KafkaProducer<>(Map.of("bootstrap.servers", bootstrap()),
            new ByteArraySerializer(), new ByteArraySerializer());
    private final KafkaProducer<byte[], byte[]> transactional = new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap(), "transactional.id", topic), new ByteArraySerializer(),
            new ByteArraySerializer());
    private final TrailingGaps gaps = new TrailingGaps(() -> new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrap(), "isolation.level", "read_committed", "auto.offset.reset",
                    "earliest",
                    "max.poll.records", 1),
            new ByteArrayDeserializer(), new ByteArrayDeserializer()), topic);

    private static String bootstrap() {
        return RealParts.broker().bootstrapServers();
    }

    @BeforeEach
    void createTopic() throws ExecutionException, InterruptedException {
        admin.createTopics(List.of(new NewTopic(topic, 2, (short) 1))).all().get();
        transactional.initTransactions();
    }

    @AfterEach
    void close() {
        gaps.close();
        plain.close();
        transactional.close();
        admin.close();
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, String topic, int count)
            throws ExecutionException, InterruptedException {
        for (int i = 0; i < count; i++) {
            producer.send(new ProducerRecord<>(topic, 0, null, "{}".getBytes(UTF_8))).get();
        }
    }

    private long refreshed(long processed, long end) {
        gaps.refresh(Map.of(0, new TrailingGaps.PartitionOffsets(processed, end)), System.nanoTime());
        return gaps.skip(0, processed);
    }

    @Test
    void refresh_commitMarkerAtTheEnd_isSkipped() throws Exception {
        transactional.beginTransaction();
        send(transactional, topic, 3);
        transactional.commitTransaction();

        Await.until(SOON, "the marker is skipped", () -> refreshed(3, 4) == 4);
        assertEquals(2, gaps.skip(0, 2), "the record before the gap must be processed");
        assertEquals(5, gaps.skip(0, 5));
        assertEquals(3, gaps.skip(1, 3), "another partition has no gap");
    }

    @Test
    void refresh_abortedRecords_areSkippedUpToTheNextRecord() throws Exception {
        send(plain, topic, 1);
        transactional.beginTransaction();
        send(transactional, topic, 2);
        transactional.abortTransaction();
        Await.until(SOON, "the aborted records are skipped", () -> refreshed(1, 4) == 4);

        send(plain, topic, 1);

        Await.until(SOON, "skipped up to the new record", () -> refreshed(1, 5) == 4 && refreshed(5, 5) == 5);
    }

    @Test
    void refresh_openTransaction_isSkippedOnlyAfterItsAbort() throws Exception {
        transactional.beginTransaction();
        send(transactional, topic, 1);
        long since = System.nanoTime();
        Await.until(SOON, "refreshed for three seconds", () -> {
            assertEquals(0, refreshed(0, 1));
            return System.nanoTime() - since > Duration.ofSeconds(3).toNanos();
        });

        transactional.abortTransaction();

        Await.until(SOON, "the aborted record is skipped", () -> refreshed(0, 2) == 2);
    }

    @Test
    void refresh_deletedRecords_areSkipped() throws Exception {
        send(plain, topic, 5);
        admin.deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(5))).all().get();

        Await.until(SOON, "the deleted records are skipped", () -> refreshed(0, 5) == 5);
    }

    @Test
    void refresh_recordToProcess_isNeverSkipped() throws Exception {
        send(plain, topic, 2);
        long since = System.nanoTime();

        Await.until(SOON, "refreshed for three seconds", () -> {
            assertEquals(1, refreshed(1, 2));
            return System.nanoTime() - since > Duration.ofSeconds(3).toNanos();
        });
    }
}
