package com.fanfinity.analytics.sink;

import java.time.Duration;
import java.util.Collection;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Future;

import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Moves a partition from its assignment to reading: it asks ClickHouse for the highest stored offset and Kafka for the
/// bounds of its log, then seeks, or holds the partition.
///
/// Used by the poll thread alone; only the question to ClickHouse runs in the background.
final class PartitionStarter {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionStarter.class);

    private static final Duration KAFKA_LIMIT = Duration.ofSeconds(1);
    private static final Duration KAFKA_RETRY = Duration.ofSeconds(2);
    private static final Duration HELD_RECHECK = Duration.ofSeconds(30);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final StartOffsetResolver startOffsets;
    private final TopicGuard topics;
    private final BackgroundTasks background;
    private final Mailbox mailbox;
    private long nextKafkaRequestAt = System.nanoTime();

    PartitionStarter(KafkaConsumer<byte[], byte[]> consumer, StartOffsetResolver startOffsets,
            TopicGuard topics, BackgroundTasks background, Mailbox mailbox) {
        this.consumer = consumer;
        this.startOffsets = startOffsets;
        this.topics = topics;
        this.background = background;
        this.mailbox = mailbox;
    }

    /// Nothing is read from the partition before its start is known. The consumer gets a position at once, so that it
    /// does not look for one itself.
    void start(PartitionBuffer buffer) {
        consumer.seek(buffer.partition(), 0);
        consumer.pause(Set.of(buffer.partition()));
        resolve(buffer);
    }

    /// An operator may have repaired the cause.
    void recheckHeld(Collection<PartitionBuffer> buffers, long now) {
        for (PartitionBuffer buffer : buffers) {
            if (buffer.phase() instanceof PartitionBuffer.Phase.Held(String reason, long since)
                    && now - since >= HELD_RECHECK.toNanos() && buffer.task().map(Future::isDone).orElse(true)) {
                buffer.hold(reason, now);
                resolve(buffer);
            }
        }
    }

    private void resolve(PartitionBuffer buffer) {
        TopicPartition partition = buffer.partition();
        buffer.setTask(background.submit(() -> {
            var stored = startOffsets.resolve(partition, buffer.ownership());
            var topic = topics.identify(partition, buffer.ownership());
            if (stored.isPresent() && topic.isPresent()) {
                mailbox.post(() -> seek(buffer, new Start(stored.get(), topic.get())));
            }
        }));
    }

    /// What ClickHouse and Kafka know of a partition before its start.
    private record Start(StartOffsetResolver.StoredPosition stored, TopicIdentity topic) {}

    private void seek(PartitionBuffer buffer, Start start) {
        if (buffer.ownership().hasEnded() || buffer.isReading()) {
            return;
        }
        if (System.nanoTime() - nextKafkaRequestAt < 0) {
            mailbox.post(() -> seek(buffer, start));
            return;
        }
        TopicPartition partition = buffer.partition();
        try {
            apply(buffer, startPoint(partition, start), start);
        } catch (TimeoutException e) {
            LOG.atWarn().addKeyValue("topic", partition.topic()).addKeyValue("partition", partition.partition())
                    .addKeyValue("detail", e.getMessage())
                    .log("Kafka did not return the log's offsets in time; the sink asks again");
            nextKafkaRequestAt = System.nanoTime() + KAFKA_RETRY.toNanos();
            mailbox.post(() -> seek(buffer, start));
        }
    }

    /// A committed offset counts only if it was committed for this very database. An offset that was stored in another
    /// database of the same name, before a restore or a new creation, proves nothing about this one.
    private StartPoint startPoint(TopicPartition partition, Start start) {
        Set<TopicPartition> only = Set.of(partition);
        long logStart = consumer.beginningOffsets(only, KAFKA_LIMIT).getOrDefault(partition, 0L);
        long logEnd = consumer.endOffsets(only, KAFKA_LIMIT).getOrDefault(partition, 0L);
        OffsetAndMetadata committed = consumer.committed(only, KAFKA_LIMIT).get(partition);
        OptionalLong known = committed == null || !committed.metadata().equals(start.stored().databaseId())
                ? OptionalLong.empty()
                : OptionalLong.of(committed.offset());
        return StartPoint.of(partition, start.topic(), start.stored().highest(), known, logStart, logEnd);
    }

    private void apply(PartitionBuffer buffer, StartPoint point, Start start) {
        TopicPartition partition = buffer.partition();
        switch (point) {
            case StartPoint.StartAt(long offset, long missing) -> {
                if (missing > 0) {
                    LOG.atWarn().addKeyValue("topic", partition.topic())
                            .addKeyValue("partition", partition.partition()).addKeyValue("offset", offset)
                            .addKeyValue("missing", missing)
                            .log("Kafka's log begins after the sink's start; the records before it are gone");
                }
                consumer.seek(partition, offset);
                consumer.resume(Set.of(partition));
                buffer.startReading(offset, start.stored(), start.topic().id());
            }
            case StartPoint.Hold(String reason) -> hold(buffer, reason);
            case StartPoint.Truncated(String reason, long logEnd) -> {
                hold(buffer, reason);
                // An operator may have given up an offset that the topic has not reached, by mistake.
                if (start.stored().stored().row().orElse(-1) >= logEnd
                        && !start.topic().isTruncated(partition.partition())) {
                    record(buffer);
                }
            }
        }
    }

    private static void hold(PartitionBuffer buffer, String reason) {
        TopicPartition partition = buffer.partition();
        if (!(buffer.phase() instanceof PartitionBuffer.Phase.Held)) {
            LOG.atError().addKeyValue("topic", partition.topic()).addKeyValue("partition", partition.partition())
                    .addKeyValue("reason", reason)
                    .log("partition is held: the sink does not read it until an operator has acted");
        }
        buffer.hold(reason, System.nanoTime());
    }

    /// The consumer has found that the log was cut before its position, and may have grown again. The partition is
    /// held.
    void startTruncated(PartitionBuffer buffer) {
        consumer.seek(buffer.partition(), 0);
        consumer.pause(Set.of(buffer.partition()));
        hold(buffer, StartPoint.Truncated.of(buffer.partition(), "its log was cut before stored offsets", 0).reason());
        record(buffer);
    }

    private void record(PartitionBuffer buffer) {
        buffer.setTask(background.submit(() -> topics.recordTruncation(buffer.partition(), buffer.ownership())));
    }
}
