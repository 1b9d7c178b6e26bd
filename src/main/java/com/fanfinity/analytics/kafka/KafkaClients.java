package com.fanfinity.analytics.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import com.fanfinity.analytics.config.Settings;

/// Creates every Kafka client of the service except the clients within Kafka Streams, which have their configuration in
/// the package `streams`.
public final class KafkaClients {

    /// After 10 s without a heartbeat the sink's group assigns the partitions of a member to another instance.
    public static final Duration SINK_SESSION_TIMEOUT = Duration.ofSeconds(10);

    /// The sink's poll thread never waits for ClickHouse, except during a handover. It reaches this limit only if it is
    /// stuck.
    private static final Duration SINK_POLL_LIMIT = Duration.ofMinutes(2);

    /// Room for batches that are half full, on top of the bytes of the request bodies.
    private static final long BUFFER_HEADROOM_BYTES = 16L << 20;

    private KafkaClients() {}

    /// The group of the streams, which is also their application id and the prefix of changelog topics and of
    /// transactional ids.
    public static String streamsGroup(Settings.Kafka kafka) {
        return kafka.topicPrefix() + "fanfinity-analytics";
    }

    public static String sinkGroup(Settings.Kafka kafka) {
        return kafka.topicPrefix() + "fanfinity-sink";
    }

    /// The properties that all clients share: the operator's own properties and the bootstrap servers.
    public static Map<String, Object> common(Settings.Kafka kafka) {
        Map<String, Object> config = new HashMap<>(kafka.clientConfig());
        config.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
        return config;
    }

    /// @param limit the time limit of one call; each attempt within the call takes at most half of it
    public static Admin admin(Settings.Kafka kafka, Duration limit) {
        Map<String, Object> config = common(kafka);
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) limit.toMillis());
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) limit.toMillis() / 2);
        return Admin.create(config);
    }

    /// An idempotent producer. It acknowledges a record only when all in-sync replicas have it, and keeps the order of
    /// records.
    public static Producer<byte[], byte[]> ingestProducer(Settings settings) {
        long timeout = settings.ingest().timeout().toMillis();
        Map<String, Object> config = common(settings.kafka());
        config.put(ProducerConfig.CLIENT_ID_CONFIG, "ingest");
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.LINGER_MS_CONFIG, Math.min(settings.ingest().linger().toMillis(), timeout / 8));
        // No send begins in the second half of a request's timeout, so every send has its result when the request ends.
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) (timeout / 4));
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) (timeout / 2));
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, timeout / 2);
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, settings.ingest().maxInFlightBytes() + BUFFER_HEADROOM_BYTES);
        config.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /// The sink uses the classic group protocol, in which the member sets its session timeout. With
    /// `group.protocol=consumer` the broker sets it (45 s by default), and for that long no instance would store the
    /// partitions of a dead one. With cooperative-sticky assignment a rebalance interrupts only the partitions that
    /// move.
    public static KafkaConsumer<byte[], byte[]> sinkConsumer(Settings.Kafka kafka) {
        Map<String, Object> config = reader(kafka);
        config.put(ConsumerConfig.GROUP_ID_CONFIG, sinkGroup(kafka));
        config.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
        config.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, (int) SINK_SESSION_TIMEOUT.toMillis());
        config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, (int) SINK_SESSION_TIMEOUT.dividedBy(4).toMillis());
        config.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, (int) SINK_POLL_LIMIT.toMillis());
        // Rows wait for their batch anyway, and fewer fetches cost less.
        config.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1 << 20);
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
        return consumer(config);
    }

    public static KafkaConsumer<byte[], byte[]> liveConsumer(Settings.Kafka kafka) {
        Map<String, Object> config = reader(kafka);
        config.put(ConsumerConfig.CLIENT_ID_CONFIG, kafka.topicPrefix() + "fanfinity-live");
        // A short wait lets the records of one transaction arrive in one fetch.
        config.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 256 << 10);
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 15);
        return consumer(config);
    }

    /// A consumer that finds out whether there is a record at an offset or after it. It continues from the earliest
    /// record if that offset is deleted.
    public static KafkaConsumer<byte[], byte[]> gapConsumer(Settings.Kafka kafka) {
        Map<String, Object> config = reader(kafka);
        config.put(ConsumerConfig.CLIENT_ID_CONFIG, kafka.topicPrefix() + "fanfinity-gaps");
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
        config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 64 << 10);
        return consumer(config);
    }

    /// A reader of committed records that chooses its start offset itself. A jump to an end of the log because of a
    /// missing offset would lose or repeat records silently.
    private static Map<String, Object> reader(Settings.Kafka kafka) {
        Map<String, Object> config = common(kafka);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 30_000);
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
        // These bound the bytes that a consumer holds before a poll returns them.
        config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 16 << 20);
        config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 2 << 20);
        return config;
    }

    private static KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
