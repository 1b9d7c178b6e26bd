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

/// What goes wrong with Kafka: the broker, its topics, and others who use them.
final class KafkaFaults {

    private static final int BATCH = 5_000;
    private static final String PADDING = ",\"metadata\":{\"text\":\"" + "x".repeat(1_400) + "\"}";
    private static final Duration SOON = Duration.ofSeconds(30);
    /// What a standing Kafka does besides, by how long it stands and what was under way.
    private static final String[] STANDSTILL = {"ProducerFailing", "IngestFailing", "IngestRefusing", "IngestMemoryFull",
        "ProducerQueueLong",
        "BatchIngestSlow", "InstanceNotReady", "StreamsStalled", "StreamsLagging", "StreamsNotRunning", "StreamThreadsFailing",
        "StreamThreadsKeepFailing",
        "SinkDegraded", "LiveLagging", "KafkaUnreachable", "KafkaProducerSlow", "KafkaCommitsSlow", "KafkaRecordsRetried",
        "LedgerNotCompared", "PartitionsUnread", "ReadsFailing", "ReadsSlow", "LiveUpdatesSlow",
        "GcOverhead"};

    private final DrillStack stack;
    private final List<AutoCloseable> open = Collections.synchronizedList(new ArrayList<>());

    KafkaFaults(DrillStack stack) {
        this.stack = stack;
    }

    List<DrillFault> all() {
        return List.of(
                DrillFault.of("broker-hangs", "the broker is stopped with SIGSTOP while large batches come in", this::hang, this::wake,
                        "KafkaDown")
                        .quietly("KafkaUnreachable", "ProducerQueueLong", "IngestMemoryFull").perhaps(STANDSTILL),
                DrillFault.of("broker-slow", "the broker is stopped for 1.5 s again and again", this::slow, this::wake, "KafkaProducerSlow",
                        "BatchIngestSlow").perhaps(STANDSTILL),
                DrillFault.of("broker-killed", "kill -9 of the broker, later started again", stack.kafka::kill, stack.kafka::restart,
                        "KafkaDown").quietly("KafkaUnreachable").perhaps(STANDSTILL),
                DrillFault.of("topic-refuses", "match-events takes no record of more than 100 bytes",
                        () -> config("match-events", TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "100"),
                        () -> config("match-events", TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "1048576"), "ProducerFailing", "IngestFailing")
                        .perhaps("IngestRefusing", "InstanceNotReady", "KafkaRecordsRetried", "ReadsSlow", "NoEventsThoughMatchIsLive"),
                DrillFault.of("streams-refused", "match-events-accepted takes no record of more than 100 bytes",
                        () -> config("match-events-accepted", TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "100"),
                        () -> config("match-events-accepted", TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "1048576"), "StreamThreadsFailing",
                        "StreamThreadsKeepFailing").perhaps("StreamsStalled", "StreamsLagging", "StreamsNotRunning", "InstanceNotReady",
                                "PartitionsUnread", "LiveLagging", "ReadsFailing", "ReadsSlow"),
                DrillFault.of("transaction-open", "another producer leaves a transaction open on every partition of match-events",
                        this::openTransaction, this::closeAll, "StreamsStalled").perhaps("StreamsLagging", "ReadsSlow"),
                DrillFault
                        .of("stranger-in-group", "another consumer joins the sink's group again and again, then stays and takes partitions",
                                this::joinSink, this::closeAll, "SinkRebalancing", "PartitionsUnread")
                        .perhaps("SinkDegraded", "SinkLagging"),
                DrillFault.of("dead-letters", "another producer writes five records a second that are not JSON", this::writeNonsense,
                        this::closeAll, "DeadLetters", "DeadLettersMany"));
    }

    private void hang() {
        stack.kafka.pause();
        List<String> batch = Collections.nCopies(BATCH, DrillLoad.event("drill-1", "touch", Instant.now(), PADDING));
        IntStream.range(0, 4).forEach(i -> open.add(new Repeated(Duration.ofMillis(50L + 300L * i), () -> stack.api.postBatch(batch))));
    }

    private void slow() {
        open.add(new Repeated(Duration.ofMillis(300), () -> {
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

    /// Closing it aborts the transaction.
    private void openTransaction() throws Exception {
        KafkaProducer<byte[], byte[]> producer = producer(Map.of("transactional.id", "drill", "transaction.timeout.ms", 600_000));
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
                Await.until(SOON, "partitions for the stranger", () -> {
                    consumer.poll(Duration.ofMillis(100));
                    return !consumer.assignment().isEmpty();
                });
            }
        }
        KafkaConsumer<byte[], byte[]> staying = member();
        Repeated polls = new Repeated(Duration.ofMillis(100), () -> {
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
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", stack.kafka.bootstrapServers(), "group.id",
                "fanfinity-sink", "enable.auto.commit", false), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.subscribe(List.of("match-events-accepted", "match-events-dead", "match-minutes", "match-stats"));
        return consumer;
    }

    private void writeNonsense() {
        KafkaProducer<byte[], byte[]> producer = producer(Map.of());
        Repeated sends = new Repeated(Duration.ofMillis(200), () -> {
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
