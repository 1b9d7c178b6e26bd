package com.fanfinity.analytics.sink;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

import com.fanfinity.analytics.metrics.SinkMeters;

/// Publishes the status of all partitions and the metrics of their lag, once a second. Used by the poll thread alone.
final class StatusReporter {
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final SinkMeters meters;
    private final Consumer<Map<TopicPartition, SinkStatus.Partition>> receiver;
    private long reportedAt = System.nanoTime();

    StatusReporter(KafkaConsumer<byte[], byte[]> consumer, SinkMeters meters,
            Consumer<Map<TopicPartition, SinkStatus.Partition>> receiver) {
        this.consumer = consumer;
        this.meters = meters;
        this.receiver = receiver;
    }

    void reportIfDue(Collection<PartitionBuffer> buffers, long now) {
        if (now - reportedAt >= INTERVAL.toNanos()) {
            reportedAt = now;
            buffers.forEach(this::update);
            receiver.accept(
                    buffers.stream().collect(Collectors.toMap(PartitionBuffer::partition, PartitionBuffer::status)));
        }
    }

    private void update(PartitionBuffer buffer) {
        TopicPartition partition = buffer.partition();
        if (buffer.isReading()) {
            long position = consumer.position(partition);
            OptionalLong remaining = consumer.currentLag(partition);
            buffer.updatePosition(position,
                    remaining.isPresent() ? OptionalLong.of(position + remaining.getAsLong()) : OptionalLong.empty());
            buffer.status().lag().ifPresent(lag -> meters.lag(partition.topic(), partition.partition(), lag));
        }
        meters.sinkLag(partition.topic(), partition.partition(),
                buffer.updateLagMillis(System.currentTimeMillis()) / 1e3);
    }
}
