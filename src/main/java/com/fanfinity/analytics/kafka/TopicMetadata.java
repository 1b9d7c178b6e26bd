package com.fanfinity.analytics.kafka;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.config.Settings;

/// What Kafka knows of topics: their ids and their ends. A topic that is deleted and created again has
/// another id.
///
/// An answer proves the origin of all records that were read before Kafka was asked, because an id never returns.
/// Safe to use from any thread. Threads that ask at the same time share an answer.
public final class TopicMetadata implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(2);

    /// If Kafka is away, an answer also counts for records that were read so much later: a reader continues with what
    /// it has while Kafka is away. No operator deletes a topic, creates it and fills it beyond the reader's position in
    /// that time.
    private static final Duration TRUST = Duration.ofSeconds(5);

    private final Settings.Kafka settings;
    private final List<String> topics;
    private final ReentrantLock asking = new ReentrantLock();
    private @Nullable Admin admin;
    private boolean closed;
    private @Nullable Answer last;
    private @Nullable Failure failure;

    /// Kafka did not answer. For a while no other thread waits for it in vain.
    private record Failure(long atNanos, KafkaException cause) {

        private boolean isRecent() {
            return System.nanoTime() - atNanos < LIMIT.toNanos();
        }
    }

    private record Answer(long askedNanos, Map<String, String> ids) {

        private boolean isProofFor(long readNanos) {
            return askedNanos - readNanos >= 0;
        }
    }

    /// Connects to nothing before the first question.
    public TopicMetadata(Settings.Kafka settings, List<String> topics) {
        this.settings = settings;
        this.topics = List.copyOf(topics);
    }

    /// The id of the topic, in Kafka's own notation.
    ///
    /// @param readNanos when its last record in question had been read, by {@link System#nanoTime}
    /// @throws KafkaException if Kafka does not answer in time, or has no such topic
    public String idOf(String topic, long readNanos) throws InterruptedException {
        asking.lockInterruptibly();
        try {
            Answer answer = last;
            if (answer == null || !answer.isProofFor(readNanos)) {
                answer = ask().orElse(answer);
            }
            if (answer == null || !answer.isProofFor(readNanos - TRUST.toNanos())) {
                throw requireNonNull(failure).cause();
            }
            String id = answer.ids().get(topic);
            if (id == null) {
                throw new UnknownTopicOrPartitionException("Kafka has no topic " + topic);
            }
            return id;
        } finally {
            asking.unlock();
        }
    }

    /// Empty if Kafka does not answer.
    private Optional<Answer> ask() throws InterruptedException {
        Failure earlier = failure;
        if (earlier != null && earlier.isRecent()) {
            return Optional.empty();
        }
        long asked = System.nanoTime();
        try {
            Map<String, String> ids = new HashMap<>();
            for (var topic : admin().describeTopics(topics).topicNameValues().entrySet()) {
                describe(topic.getValue()).ifPresent(id -> ids.put(topic.getKey(), id));
            }
            Answer answer = new Answer(asked, ids);
            last = answer;
            return Optional.of(answer);
        } catch (KafkaException e) {
            failure = new Failure(System.nanoTime(), e);
            return Optional.empty();
        }
    }

    private static Optional<String> describe(KafkaFuture<TopicDescription> topic)
            throws InterruptedException {
        try {
            return Optional.of(topic.get().topicId().toString());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw new KafkaException("Kafka did not describe the topics", e.getCause());
        }
    }

    /// The end of each partition of a topic.
    ///
    /// @throws KafkaException if Kafka does not answer in time
    public Map<Integer, Long> endsOf(String topic) throws InterruptedException {
        asking.lockInterruptibly();
        try {
            Map<TopicPartition, OffsetSpec> wanted = admin().describeTopics(List.of(topic)).allTopicNames().get()
                    .values().stream().flatMap(description -> description.partitions().stream())
                    .collect(Collectors.toMap(partition -> new TopicPartition(topic, partition.partition()),
                            _ -> OffsetSpec.latest()));
            return admin().listOffsets(wanted).all().get().entrySet().stream()
                    .collect(Collectors.toMap(end -> end.getKey().partition(), end -> end.getValue().offset()));
        } catch (ExecutionException e) {
            throw new KafkaException("Kafka did not return the ends of " + topic, e.getCause());
        } finally {
            asking.unlock();
        }
    }

    private Admin admin() {
        if (closed) {
            throw new KafkaException("closed");
        }
        Admin client = admin;
        if (client == null) {
            client = KafkaClients.admin(settings, LIMIT);
            admin = client;
        }
        return client;
    }

    @Override
    public void close() {
        asking.lock();
        try {
            closed = true;
            if (admin != null) {
                admin.close(Duration.ZERO);
            }
        } finally {
            asking.unlock();
        }
    }
}
