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

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.kafka.KafkaClients;
import com.fanfinity.analytics.kafka.Topics;

/// Reads all partitions of the topology's output topics into the channels and publishes their updates, on one thread.
///
/// The consumer has no group and commits no offsets. It starts with recent records: one day of `match-stats`
/// (compacted) and `match-moments`, and the half hour of `match-minutes` that the sparklines of the match list show. No
/// update is published before they are read.
final class TopicReader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TopicReader.class);

    private static final Duration METRICS_START = Duration.ofDays(1);
    private static final Duration MINUTES_START = Duration.ofMinutes(35);
    private static final Duration KAFKA_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration MAX_POLL = Duration.ofMillis(100);
    private static final long EXPIRE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long RETRY_MILLIS = 1_000;

    private final Settings.Kafka kafka;
    private final Topics topics;
    private final ChannelRegistry channels;
    private final ReadProgress progress;
    private final Clock clock;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = Thread.ofPlatform().daemon().name("live-topic-reader").unstarted(this::run);
    private volatile @Nullable KafkaConsumer<byte[], byte[]> current;
    private volatile boolean loaded;
    /// The offset after the last record read, by partition.
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private long expiredAt = System.nanoTime();

    TopicReader(Settings.Kafka kafka, Topics topics, ChannelRegistry channels, ReadProgress progress, Clock clock) {
        this.kafka = kafka;
        this.topics = topics;
        this.channels = channels;
        this.progress = progress;
        this.clock = clock;
    }

    void start() {
        thread.start();
    }

    /// Whether the recent records have been read.
    boolean isLoaded() {
        return loaded;
    }

    private void run() {
        while (closed.getCount() > 0) {
            try (KafkaConsumer<byte[], byte[]> consumer = KafkaClients.liveConsumer(kafka)) {
                current = consumer;
                progress.reset();
                read(consumer);
            } catch (WakeupException | InterruptException _) {
                LOG.debug("closing");
            } catch (InvalidOffsetException e) {
                LOG.atWarn().addKeyValue("cause", e.toString())
                        .log("the next records of the output topics were deleted; reading the last day again");
                positions.clear();
                channels.resetOffsets();
            } catch (RuntimeException | Error e) { // without this thread no viewer gets updates
                LOG.atWarn().addKeyValue("cause", e.toString()).addKeyValue("retryMillis", RETRY_MILLIS)
                        .log("cannot read the output topics; retrying");
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

    private void read(KafkaConsumer<byte[], byte[]> consumer) {
        List<TopicPartition> partitions = partitions(consumer);
        consumer.assign(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, KAFKA_TIMEOUT);
        seek(consumer, ends);
        boolean caughtUp = false;
        Duration wait = MAX_POLL;
        while (closed.getCount() > 0) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
                positions.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
                dispatch(record, caughtUp);
            }
            if (!caughtUp) {
                caughtUp = ends.entrySet().stream()
                        .allMatch(end -> consumer.position(end.getKey(), KAFKA_TIMEOUT) >= end.getValue());
                continue;
            }
            wait = Duration.ofMillis(channels.publishDue(MAX_POLL.toMillis()));
            loaded = true;
            if (progress.hasTarget()) {
                // Throws for a new partition, which is not assigned; the next consumer then lists all partitions again.
                progress.update(partition -> consumer.position(partition, KAFKA_TIMEOUT));
            }
            expire();
        }
    }

    private void expire() {
        if (System.nanoTime() - expiredAt > EXPIRE_NANOS) {
            expiredAt = System.nanoTime();
            channels.expire();
        }
    }

    private List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : List.of(topics.stats(), topics.moments(), topics.minutes())) {
            List<PartitionInfo> found = consumer.partitionsFor(topic, KAFKA_TIMEOUT);
            if (found.isEmpty()) {
                throw new UnknownTopicOrPartitionException("topic does not exist: " + topic);
            }
            found.forEach(partition -> partitions.add(new TopicPartition(topic, partition.partition())));
        }
        return partitions;
    }

    /// Continues after the last record read, or starts with the recent records.
    private void seek(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        if (positions.entrySet().stream().anyMatch(known -> known.getValue() > ends.getOrDefault(known.getKey(), 0L))) {
            positions.clear(); // the topics were recreated
            channels.resetOffsets();
        }
        long now = clock.millis();
        Map<TopicPartition, Long> times = new HashMap<>();
        for (TopicPartition partition : ends.keySet()) {
            times.put(partition,
                    now - (partition.topic().equals(topics.minutes()) ? MINUTES_START : METRICS_START).toMillis());
        }
        Map<TopicPartition, OffsetAndTimestamp> starts = consumer.offsetsForTimes(times, KAFKA_TIMEOUT);
        ends.forEach((partition, end) -> {
            OffsetAndTimestamp first = starts.get(partition);
            consumer.seek(partition, positions.getOrDefault(partition, first == null ? end : first.offset()));
        });
    }

    /// @param following whether the records are new ones, and not those from before this reader started
    private void dispatch(ConsumerRecord<byte[], byte[]> record, boolean following) {
        if (record.key() == null || record.value() == null) {
            return; // not written by the topology
        }
        String matchId = new String(record.key(), UTF_8);
        if (record.topic().equals(topics.stats())) {
            channels.putMetrics(matchId, record.partition(), record.value(), record.timestamp());
        } else if (record.topic().equals(topics.moments())) {
            // The clock of the instance that published a new moment does not decide whether viewers get it.
            long at = following ? clock.millis() : record.timestamp();
            channels.addMoment(matchId, record.partition(), record.offset(), record.value(), at);
        } else {
            channels.putMinute(matchId, record.partition(), record.value());
        }
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
