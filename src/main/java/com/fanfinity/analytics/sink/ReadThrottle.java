package com.fanfinity.analytics.sink;

import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/// Bounds the memory of all partition buffers together: at the limit, reading pauses until half of it is stored.
///
/// While ClickHouse fails to store rows of a topic's table, that topic is paused and its buffers do not count, so
/// that the other tables continue. The limit therefore holds for the working tables, and at worst once more for each
/// failing table.
///
/// Used by the poll thread alone.
final class ReadThrottle {

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final long maxBytes;
    private boolean full;

    ReadThrottle(KafkaConsumer<byte[], byte[]> consumer, long maxBytes) {
        this.consumer = consumer;
        this.maxBytes = maxBytes;
    }

    /// Whether reading was paused by the last {@link #update} because the buffers are full.
    boolean isFull() {
        return full;
    }

    void update(Collection<PartitionBuffer> buffers) {
        Set<String> failing = buffers.stream().filter(PartitionBuffer::isFailing)
                .map(buffer -> buffer.partition().topic()).collect(Collectors.toSet());
        long bytes = buffers.stream().filter(buffer -> !failing.contains(buffer.partition().topic()))
                .mapToLong(PartitionBuffer::bytes).sum();
        full = bytes >= (full ? maxBytes / 2 : maxBytes);
        Set<TopicPartition> reading = buffers.stream().filter(PartitionBuffer::isReading)
                .map(PartitionBuffer::partition)
                .collect(Collectors.toSet());
        Set<TopicPartition> paused = reading.stream()
                .filter(partition -> full || failing.contains(partition.topic())).collect(Collectors.toSet());
        consumer.pause(paused);
        reading.removeAll(paused);
        consumer.resume(reading);
    }
}
