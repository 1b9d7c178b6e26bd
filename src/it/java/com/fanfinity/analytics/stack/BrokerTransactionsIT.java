package com.fanfinity.analytics.stack;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.stack.process.Ports;

/// Exactly-once depends on the broker: after kill -9 every transaction must commit or abort completely. A broker that
/// skips the markers of partitions without a leader (Kafka 4.3.0 to 4.4.0) leaves transactions open forever.
@Tag("endurance")
class BrokerTransactionsIT {
    private static final int KILLS = 3;
    private static final int WRITERS = 4;
    private static final int ABANDONED = 6;
    private static final Duration BETWEEN_TRANSACTIONS = Duration.ofMillis(200);
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration ENDED = Duration.ofSeconds(20);
    private static final List<String> TOPICS = List.of("tx-a", "tx-b", "tx-c");
    private static final List<TopicPartition> PARTITIONS = TOPICS.stream()
            .flatMap(topic -> IntStream.range(0, 12).mapToObj(partition -> new TopicPartition(topic, partition)))
            .toList();

    private final Queue<Transaction> transactions = new ConcurrentLinkedQueue<>();
    private volatile boolean running = true;

    /// A transaction as its writer knows it: `outcome` stays UNKNOWN if the broker ended before the answer.
    private record Transaction(String id, Set<TopicPartition> partitions, Outcome outcome) {}

    private enum Outcome {
        COMMITTED,
        ABORTED,
        UNKNOWN
    }

    @Test
    void broker_killed_endsEveryTransactionInAllOfItsPartitions() throws Exception {
        try (KafkaBroker broker = KafkaBroker.start(RealParts.directory("kafka-transactions"), Ports.free());
                Admin admin = Admin.create(client(broker));
                ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
            admin.createTopics(TOPICS.stream().map(topic -> new NewTopic(topic, 12, (short) 1)).toList()).all().get(30,
                    TimeUnit.SECONDS);
            List<Future<?>> writing = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                int number = writer;
                writing.add(writers.submit(() -> write(broker, "writer-" + number)));
            }
            try {
                for (int kill = 1; kill <= KILLS; kill++) {
                    commitsSome();
                    abandonTransactions(broker, "abandoned-" + kill);
                    long killed = System.currentTimeMillis();
                    broker.kill();
                    broker.restart();
                    Await.until(ENDED, "the transactions from before kill " + kill + " have ended",
                            () -> openFromBefore(admin, killed), Set::isEmpty);
                }
                commitsSome();
            } finally {
                running = false;
            }
            for (Future<?> writer : writing) {
                writer.get(30, TimeUnit.SECONDS);
            }

            Await.until(ENDED, "no transaction is open", () -> openFromBefore(admin, Long.MAX_VALUE), Set::isEmpty);
            Map<String, List<TopicPartition>> read = readCommitted(broker, admin);
            transactions
                    .forEach(transaction -> assertWhole(transaction, read.getOrDefault(transaction.id(), List.of())));
            assertEquals(Set.of(), difference(read.keySet(), transactions.stream().map(Transaction::id).toList()));
        }
    }

    private static void assertWhole(Transaction transaction, List<TopicPartition> read) {
        if (transaction.outcome() == Outcome.COMMITTED
                || (transaction.outcome() == Outcome.UNKNOWN && !read.isEmpty())) {
            assertEquals(transaction.partitions().size(), read.size(), () -> transaction + " was read in " + read);
            assertEquals(transaction.partitions(), Set.copyOf(read), transaction::toString);
        } else {
            assertEquals(List.of(), read, transaction::toString);
        }
    }

    /// @return the partitions with an open transaction whose last write was before `millis`
    private static Set<String> openFromBefore(Admin admin, long millis) throws Exception {
        Set<String> open = new TreeSet<>();
        admin.describeProducers(PARTITIONS).all().get(5, TimeUnit.SECONDS).forEach((partition, state) -> {
            if (state.activeProducers().stream()
                    .anyMatch(producer -> producer.currentTransactionStartOffset().isPresent()
                            && producer.lastTimestamp() < millis)) {
                open.add(partition.toString());
            }
        });
        return open;
    }

    /// Waits for further acknowledged commits.
    private void commitsSome() {
        long before = committed();
        Await.until(Duration.ofSeconds(30), "20 commits", this::committed, now -> now >= before + 20);
    }

    private long committed() {
        return transactions.stream().filter(transaction -> transaction.outcome() == Outcome.COMMITTED).count();
    }

    /// Opens transactions over all partitions and abandons their producers, like a killed service.
    private void abandonTransactions(KafkaBroker broker, String name) {
        for (int i = 0; i < ABANDONED; i++) {
            KafkaProducer<String, String> producer = producer(broker, name + "-" + i);
            try {
                producer.initTransactions();
                producer.beginTransaction();
                send(producer, PARTITIONS, "abandoned");
                producer.flush();
            } finally {
                producer.close(Duration.ZERO);
            }
        }
    }

    /// Runs one transaction after the other. After a failure, a new producer takes over the transactional id.
    private void write(KafkaBroker broker, String name) {
        Random random = new Random(name.hashCode());
        int number = 0;
        while (running) {
            try (Closing closing = new Closing(producer(broker, name))) {
                closing.producer().initTransactions();
                while (running) {
                    transact(closing.producer(), name + "-" + number++, random);
                    LockSupport.parkNanos(BETWEEN_TRANSACTIONS.toNanos());
                }
            } catch (KafkaException _) {
                // Like in a service, initTransactions of the next producer ends the transaction.
            }
        }
    }

    private void transact(KafkaProducer<String, String> producer, String id, Random random) {
        List<TopicPartition> shuffled = new ArrayList<>(PARTITIONS);
        Collections.shuffle(shuffled, random);
        Set<TopicPartition> partitions = Set.copyOf(shuffled.subList(0, 8));
        boolean abort = random.nextInt(5) == 0;
        Outcome outcome = Outcome.UNKNOWN;
        try {
            producer.beginTransaction();
            send(producer, partitions, id);
            if (abort) {
                producer.flush();
                producer.abortTransaction();
                outcome = Outcome.ABORTED;
            } else {
                producer.commitTransaction();
                outcome = Outcome.COMMITTED;
            }
        } finally {
            transactions.add(new Transaction(id, partitions, outcome));
        }
    }

    /// Fails a test whose read_committed consumer does not reach the end of every partition.
    private static Map<String, List<TopicPartition>> readCommitted(KafkaBroker broker, Admin admin) throws Exception {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        PARTITIONS.forEach(partition -> latest.put(partition, OffsetSpec.latest()));
        var ends = admin.listOffsets(latest).all().get(10, TimeUnit.SECONDS);
        Map<String, Object> config = client(broker);
        config.put("isolation.level", "read_committed");
        Map<String, List<TopicPartition>> read = new HashMap<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(config, new StringDeserializer(),
                new StringDeserializer())) {
            consumer.assign(PARTITIONS);
            consumer.seekToBeginning(PARTITIONS);
            Await.until(ENDED, "read_committed reaches the end", () -> {
                consumer.poll(Duration.ofMillis(200))
                        .forEach(record -> read.computeIfAbsent(record.value(), _ -> new ArrayList<>())
                                .add(new TopicPartition(record.topic(), record.partition())));
                return ends.entrySet().stream().filter(end -> consumer.position(end.getKey()) < end.getValue().offset())
                        .map(Map.Entry::getKey).toList();
            }, List::isEmpty);
        }
        assertFalse(read.isEmpty());
        return read;
    }

    private static Set<String> difference(Set<String> all, List<String> without) {
        Set<String> left = new TreeSet<>(all);
        without.forEach(left::remove);
        return left;
    }

    private static void send(KafkaProducer<String, String> producer, Collection<TopicPartition> partitions,
            String value) {
        for (TopicPartition partition : partitions) {
            // The commit fails if one of them does.
            Future<?> _ = producer.send(new ProducerRecord<>(partition.topic(), partition.partition(), null, value));
        }
    }

    private static Map<String, Object> client(KafkaBroker broker) {
        return new HashMap<>(Map.of("bootstrap.servers", broker.bootstrapServers(), "reconnect.backoff.max.ms", 200,
                "retry.backoff.max.ms", 200, "request.timeout.ms", 5_000));
    }

    private static KafkaProducer<String, String> producer(KafkaBroker broker, String transactionalId) {
        Map<String, Object> config = client(broker);
        config.put("transactional.id", transactionalId);
        config.put("transaction.timeout.ms", (int) TRANSACTION_TIMEOUT.toMillis());
        config.put("delivery.timeout.ms", 15_000);
        config.put("max.block.ms", 15_000);
        return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
    }

    /// Closes a producer without waiting for the broker.
    private record Closing(KafkaProducer<String, String> producer) implements AutoCloseable {
        @Override
        public void close() {
            producer.close(Duration.ZERO);
        }
    }
}
