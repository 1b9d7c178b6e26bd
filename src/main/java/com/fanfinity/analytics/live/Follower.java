package com.fanfinity.analytics.live;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.kafka.Topics;

/// Reads what the topology publishes, all partitions of it, and gives it to the hub: one thread, which also has the hub tell it on.
///
/// It belongs to no group and commits nothing. It begins with what was published lately: a day of `match-stats` (compacted) and
/// `match-moments`, and the half hour of `match-minutes` that the list's small curves show. Until that is read nothing is told.
final class Follower implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

    private static final Duration STATES = Duration.ofDays(1);
    private static final Duration MINUTES = Duration.ofMinutes(35);
    private static final Duration KAFKA_LIMIT = Duration.ofSeconds(10);
    private static final Duration LONGEST_POLL = Duration.ofMillis(100);
    private static final long TIDY_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long RETRY_MILLIS = 1_000;

    private final Settings.Kafka kafka;
    private final Topics topics;
    private final LiveHub hub;
    private final ReadProgress progress;
    private final Clock clock;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = Thread.ofPlatform().daemon().name("live-follower").unstarted(this::run);
    private volatile @Nullable KafkaConsumer<byte[], byte[]> current;
    private volatile boolean loaded;
    /// Of what was read, the next offset.
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private long tidiedAt = System.nanoTime();

    Follower(Settings.Kafka kafka, Topics topics, LiveHub hub, ReadProgress progress, Clock clock) {
        this.kafka = kafka;
        this.topics = topics;
        this.hub = hub;
        this.progress = progress;
        this.clock = clock;
    }

    void start() {
        thread.start();
    }

    /// Whether what had been published lately has been read once.
    boolean isLoaded() {
        return loaded;
    }

    private void run() {
        while (closed.getCount() > 0) {
            try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
                current = consumer;
                progress.reset();
                follow(consumer);
            } catch (WakeupException | InterruptException _) {
                LOG.debug("closing");
            } catch (InvalidOffsetException e) {
                LOG.atWarn().addKeyValue("cause", e.toString())
                        .log("what comes next of what is published is gone; reading a day of it again");
                positions.clear();
                hub.forgetOffsets();
            } catch (RuntimeException | Error e) { // whatever it is: without this thread no viewer is told anything
                LOG.atWarn().addKeyValue("cause", e.toString()).addKeyValue("retryMillis", RETRY_MILLIS)
                        .log("what is published cannot be followed; trying again");
            } finally {
                current = null;
            }
            pause();
        }
    }

    private void pause() {
        try {
            var _ = closed.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow(KafkaConsumer<byte[], byte[]> consumer) {
        List<TopicPartition> partitions = partitions(consumer);
        consumer.assign(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, KAFKA_LIMIT);
        seek(consumer, ends);
        boolean caughtUp = false;
        Duration wait = LONGEST_POLL;
        while (closed.getCount() > 0) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
                positions.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
                take(record);
            }
            if (!caughtUp) {
                caughtUp = ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey(), KAFKA_LIMIT) >= end.getValue());
                continue;
            }
            wait = Duration.ofMillis(hub.flush(LONGEST_POLL.toMillis()));
            loaded = true;
            if (progress.isWaiting()) {
                // A partition that is not assigned is a new one: that throws, and all of them are looked for again.
                progress.reached(partition -> consumer.position(partition, KAFKA_LIMIT));
            }
            tidy();
        }
    }

    private void tidy() {
        if (System.nanoTime() - tidiedAt > TIDY_NANOS) {
            tidiedAt = System.nanoTime();
            hub.tidy();
        }
    }

    private List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : List.of(topics.stats(), topics.moments(), topics.minutes())) {
            List<PartitionInfo> found = consumer.partitionsFor(topic, KAFKA_LIMIT);
            if (found.isEmpty()) {
                throw new UnknownTopicOrPartitionException("there is no topic " + topic);
            }
            found.forEach(partition -> partitions.add(new TopicPartition(topic, partition.partition())));
        }
        return partitions;
    }

    /// Goes on where it was; at the start, with what was published lately. Before that nothing is known any more, or followed by anybody.
    private void seek(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        if (positions.entrySet().stream().anyMatch(known -> known.getValue() > ends.getOrDefault(known.getKey(), 0L))) {
            positions.clear(); // the topics were made anew
            hub.forgetOffsets();
        }
        long now = clock.millis();
        Map<TopicPartition, Long> times = new HashMap<>();
        for (TopicPartition partition : ends.keySet()) {
            times.put(partition, now - (partition.topic().equals(topics.minutes()) ? MINUTES : STATES).toMillis());
        }
        Map<TopicPartition, OffsetAndTimestamp> lately = consumer.offsetsForTimes(times, KAFKA_LIMIT);
        ends.forEach((partition, end) -> {
            OffsetAndTimestamp first = lately.get(partition);
            consumer.seek(partition, positions.getOrDefault(partition, first == null ? end : first.offset()));
        });
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null || record.value() == null) {
            return; // nothing of ours
        }
        String matchId = new String(record.key(), UTF_8);
        if (record.topic().equals(topics.stats())) {
            hub.state(matchId, record.partition(), record.value(), record.timestamp());
        } else if (record.topic().equals(topics.moments())) {
            hub.moment(matchId, record.partition(), record.offset(), record.value(), record.timestamp());
        } else {
            hub.minute(matchId, record.partition(), record.value());
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        Map<String, Object> config = kafka.readerConfig();
        config.put(ConsumerConfig.CLIENT_ID_CONFIG, kafka.topicPrefix() + "fanfinity-live");
        // What is committed together comes together, if it is waited for.
        config.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 256 << 10);
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 15);
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public void close() {
        closed.countDown();
        KafkaConsumer<byte[], byte[]> consumer = current;
        if (consumer != null) {
            consumer.wakeup();
        }
        try {
            var _ = thread.join(Duration.ofSeconds(2));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
