package com.fanfinity.analytics.lab.drill;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import com.fanfinity.analytics.stack.Await;

/// Faults of Kafka: of the broker, its topics, and other clients.
final class KafkaFaults {

    private static final int BATCH = 5_000;
    private static final String PADDING = ",\"metadata\":{\"text\":\"" + "x".repeat(1_400) + "\"}";
    private static final Duration SOON = Duration.ofSeconds(30);
    /// Alerts that a stopped broker may also raise, depending on the length of the stop and on the load.
    private static final String[] POSSIBLE_WHILE_STOPPED = {"ProducerFailing", "IngestFailing", "IngestRefusing",
        "IngestMemoryFull",
        "ProducerQueueLong",
        "BatchIngestSlow", "InstanceNotReady", "StreamsStalled", "StreamsLagging", "StreamsNotRunning",
        "StreamThreadsFailing",
        "StreamThreadsKeepFailing",
        "SinkDegraded", "LiveLagging", "KafkaUnreachable", "KafkaProducerSlow", "KafkaCommitsSlow",
        "KafkaRecordsRetried",
        "LedgerNotCompared", "PartitionsUnread", "ReadsFailing", "ReadsSlow", "LiveUpdatesSlow",
        "GcOverhead"};

    private final DrillStack stack;
    private final List<AutoCloseable> open = Collections.synchronizedList(new ArrayList<>());

    KafkaFaults(DrillStack stack) {
        this.stack = stack;
    }

    List<DrillFault> all() {
        return List.of(
                DrillFault
                        .of("broker-hangs", "SIGSTOP stops the broker while large batches arrive", this::hang,
                                this::wake,
                                "KafkaDown")
                        .inhibiting("KafkaUnreachable", "ProducerQueueLong", "IngestMemoryFull")
                        .orPossibly(POSSIBLE_WHILE_STOPPED),
                DrillFault.of("broker-slow", "the broker stops for 1.5 s repeatedly", this::slow, this::wake,
                        "KafkaProducerSlow",
                        "BatchIngestSlow").orPossibly(POSSIBLE_WHILE_STOPPED),
                DrillFault.of("broker-killed", "kill -9 of the broker, restarted later", stack.kafka::kill,
                        stack.kafka::restart,
                        "KafkaDown").inhibiting("KafkaUnreachable").orPossibly(POSSIBLE_WHILE_STOPPED),
                DrillFault.of("topic-refuses", "match-events rejects records of more than 100 bytes",
                        () -> config("match-events", TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "100"),
                        () -> config("match-events", TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "1048576"),
                        "ProducerFailing", "IngestFailing")
                        .orPossibly("IngestRefusing", "InstanceNotReady", "KafkaRecordsRetried", "ReadsSlow",
                                "NoEventsThoughMatchIsLive"),
                DrillFault.of("streams-refused", "match-events-accepted rejects records of more than 100 bytes",
                        () -> config("match-events-accepted", TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "100"),
                        () -> config("match-events-accepted", TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "1048576"),
                        "StreamThreadsFailing",
                        "StreamThreadsKeepFailing").orPossibly("StreamsStalled", "StreamsLagging", "StreamsNotRunning",
                                "InstanceNotReady",
                                "PartitionsUnread", "LiveLagging", "ReadsFailing", "ReadsSlow"),
                DrillFault
                        .of("transaction-open",
                                "another producer leaves a transaction open on every partition of match-events",
                                this::openTransaction, this::closeAll, "StreamsStalled")
                        .orPossibly("StreamsLagging", "ReadsSlow"),
                DrillFault
                        .of("stranger-in-group",
                                "another consumer joins the sink's group repeatedly, then stays and gets partitions",
                                this::joinSink, this::closeAll, "SinkRebalancing", "PartitionsUnread")
                        .orPossibly("SinkDegraded", "SinkLagging"),
                DrillFault.of("dead-letters", "another producer writes five records a second that are not JSON",
                        this::writeNonsense,
                        this::closeAll, "DeadLetters", "DeadLettersMany"));
    }

    private void hang() {
        stack.kafka.pause();
        List<String> batch = Collections.nCopies(BATCH, DrillLoad.event("drill-1", "touch", Instant.now(), PADDING));
        IntStream.range(0, 4).forEach(
                i -> open.add(new RepeatedAction(Duration.ofMillis(50L + 300L * i), () -> stack.api.postBatch(batch))));
    }

    private void slow() {
        open.add(new RepeatedAction(Duration.ofMillis(300), () -> {
            stack.kafka.pause();
            LockSupport.parkNanos(Duration.ofMillis(1_500).toNanos());
            stack.kafka.resume();
        }));
    }

    private void wake() throws Exception {
        closeAll();
        stack.kafka.resume();
    }

    private void config(String topic, String name, String value) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.kafka.bootstrapServers()))) {
            admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic),
                    List.of(new AlterConfigOp(new ConfigEntry(name, value), OpType.SET)))).all().get();
        }
    }

    /// Closing the producer aborts the transaction.
    private void openTransaction() throws Exception {
        KafkaProducer<byte[], byte[]> producer = producer(
                Map.of("transactional.id", "drill", "transaction.timeout.ms", 600_000));
        open.add(producer);
        producer.initTransactions();
        producer.beginTransaction();
        for (int partition = 0; partition < Integer.parseInt(DrillStack.PARTITIONS); partition++) {
            producer.send(new ProducerRecord<>("match-events", partition, bytes("drill-1"), bytes("{}"))).get();
        }
        open.addFirst(producer::abortTransaction);
    }

    private void joinSink() {
        for (int i = 0; i < 7; i++) {
            try (KafkaConsumer<byte[], byte[]> consumer = member()) {
                Await.until(SOON, "the other consumer gets partitions", () -> {
                    consumer.poll(Duration.ofMillis(100));
                    return !consumer.assignment().isEmpty();
                });
            }
        }
        KafkaConsumer<byte[], byte[]> staying = member();
        RepeatedAction polls = new RepeatedAction(Duration.ofMillis(100), () -> {
            synchronized (staying) {
                staying.poll(Duration.ofMillis(100));
            }
        });
        open.add(() -> {
            polls.close();
            synchronized (staying) {
                staying.close();
            }
        });
    }

    private KafkaConsumer<byte[], byte[]> member() {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", stack.kafka.bootstrapServers(), "group.id",
                        "fanfinity-sink", "enable.auto.commit", false),
                new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.subscribe(List.of("match-events-accepted", "match-events-dead", "match-minutes", "match-stats"));
        return consumer;
    }

    private void writeNonsense() {
        KafkaProducer<byte[], byte[]> producer = producer(Map.of());
        RepeatedAction sends = new RepeatedAction(Duration.ofMillis(200), () -> {
            var _ = producer.send(new ProducerRecord<>("match-events", bytes("drill-1"), bytes("not JSON")));
        });
        open.add(() -> {
            sends.close();
            producer.close();
        });
    }

    /// One record that is not JSON.
    void writeOneNonsense() throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
            producer.send(new ProducerRecord<>("match-events", bytes("drill-1"), bytes("not JSON"))).get();
        }
    }

    private KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        Map<String, Object> config = new java.util.HashMap<>(more);
        config.put("bootstrap.servers", stack.kafka.bootstrapServers());
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void closeAll() throws Exception {
        for (AutoCloseable one : List.copyOf(open)) {
            one.close();
        }
        open.clear();
    }
}
