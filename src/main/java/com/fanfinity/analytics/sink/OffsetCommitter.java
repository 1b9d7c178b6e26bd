package com.fanfinity.analytics.sink;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;

import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.metrics.SinkMeters;

/// Commits to Kafka how far ClickHouse has stored each partition. The sink never starts from these offsets. They show
/// lag, they help {@link StartPoint} to judge gaps in Kafka's log, and they prove membership: the group accepts a
/// commit only from one of its members.
///
/// Used by the poll thread alone.
final class OffsetCommitter {
    private static final Logger LOG = LoggerFactory.getLogger(OffsetCommitter.class);

    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Duration FLUSH_LIMIT = Duration.ofSeconds(1);
    private static final Duration FINAL_LIMIT = Duration.ofSeconds(5);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final SinkMeters meters;
    private long committedAt = System.nanoTime();
    private long acceptedAt = System.nanoTime();

    OffsetCommitter(KafkaConsumer<byte[], byte[]> consumer, SinkMeters meters) {
        this.consumer = consumer;
        this.meters = meters;
    }

    /// Makes the next commit due at once.
    void expedite() {
        committedAt = System.nanoTime() - INTERVAL.toNanos();
    }

    /// Whether the group has accepted a commit that was sent after the given time of {@link System#nanoTime}.
    boolean hasAcceptedCommitSince(long nanos) {
        return acceptedAt - nanos > 0;
    }

    /// The result arrives during a later poll.
    void commitAsyncIfDue(Collection<PartitionBuffer> buffers, long now) {
        if (now - committedAt < INTERVAL.toNanos()) {
            return;
        }
        committedAt = now;
        Map<TopicPartition, OffsetAndMetadata> offsets = offsets(buffers);
        if (!offsets.isEmpty()) {
            long start = System.nanoTime();
            consumer.commitAsync(offsets, (_, failure) -> {
                if (failure == null) {
                    acceptedAt = start;
                    meters.committed(Duration.ofNanos(System.nanoTime() - start));
                }
            });
        }
    }

    /// For the flush, during which nothing is polled, so that the result of an asynchronous commit would not arrive.
    void commitSyncIfDue(Collection<PartitionBuffer> buffers) {
        long now = System.nanoTime();
        if (now - committedAt >= INTERVAL.toNanos()) {
            committedAt = now;
            commit(buffers, FLUSH_LIMIT);
        }
    }

    /// The last commit of partitions that this member gives up.
    void commitFinal(Collection<PartitionBuffer> buffers) {
        commit(buffers, FINAL_LIMIT);
    }

    private void commit(Collection<PartitionBuffer> buffers, Duration limit) {
        Map<TopicPartition, OffsetAndMetadata> offsets = offsets(buffers);
        long start = System.nanoTime();
        try {
            if (!offsets.isEmpty()) {
                consumer.commitSync(offsets, limit);
                acceptedAt = start;
            }
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            LOG.atInfo().addKeyValue("detail", e.getMessage())
                    .log("offsets not committed; the sink resumes from the rows in ClickHouse");
        }
    }

    private static Map<TopicPartition, OffsetAndMetadata> offsets(Collection<PartitionBuffer> buffers) {
        return buffers.stream().filter(PartitionBuffer::isReading).collect(Collectors.toMap(PartitionBuffer::partition,
                buffer -> new OffsetAndMetadata(buffer.storedUpTo(), buffer.databaseId())));
    }
}
