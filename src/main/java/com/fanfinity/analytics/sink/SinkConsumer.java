package com.fanfinity.analytics.sink;

import java.time.Duration;
import java.util.Map;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

import com.fanfinity.analytics.config.Settings;

/// The consumer's configuration.
///
/// It uses the classic group protocol, in which the member sets its own session timeout. With
/// `group.protocol=consumer` the broker sets it (45 s by default), and for that long a dead instance's partitions
/// would not be stored. The assignor is cooperative-sticky, so that a rebalance interrupts only the partitions that
/// move.
final class SinkConsumer {

    /// After this time without a heartbeat, the group gives the partitions to another instance.
    static final Duration SESSION_TIMEOUT = Duration.ofSeconds(10);

    /// The poll thread waits for ClickHouse only up to {@link PartitionAssignments#HANDOVER_LIMIT}, so only a stuck
    /// thread reaches this limit.
    private static final Duration POLL_LIMIT = Duration.ofMinutes(2);

    private SinkConsumer() {}

    static KafkaConsumer<byte[], byte[]> create(Settings.Kafka kafka) {
        Map<String, Object> config = kafka.readerConfig(); // without a reset policy: ClickHouse decides where the sink starts
        config.put(ConsumerConfig.GROUP_ID_CONFIG, kafka.topicPrefix() + "fanfinity-sink");
        config.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
        config.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, (int) SESSION_TIMEOUT.toMillis());
        config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, (int) SESSION_TIMEOUT.dividedBy(4).toMillis());
        config.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, (int) POLL_LIMIT.toMillis());
        // Rows wait for their batch anyway, and fewer fetches cost less.
        config.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1 << 20);
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
