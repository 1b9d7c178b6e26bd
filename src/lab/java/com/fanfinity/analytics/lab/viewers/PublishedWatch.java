package com.fanfinity.analytics.lab.viewers;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

import com.fanfinity.analytics.kafka.Topics;

/// The times at which states of the matches are committed to `match-stats`, where a live instance can read them. They
/// split a latency into the share of the topology and Kafka, and the share of live instances and viewers.
final class PublishedWatch implements Runnable, AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaConsumer<String, byte[]> consumer;
    private final Map<String, SimulatedViewer> matches = new HashMap<>();
    private final ViewerRecord record = new ViewerRecord();
    private final long epochMicros;
    private final Thread thread = Thread.ofPlatform().name("published").daemon().unstarted(this);
    private volatile boolean closed;

    /// Starts at the end of the topic. The matches must already exist, because only changes after their first state
    /// count.
    PublishedWatch(String bootstrapServers, String run, int matchCount, long epochMicros) {
        this.epochMicros = epochMicros;
        for (int match = 0; match < matchCount; match++) {
            SimulatedViewer state = new SimulatedViewer(match);
            state.probes = 0;
            matches.put(LiveEvents.matchId(run, match), state);
        }
        consumer = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers, ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false),
                new StringDeserializer(), new ByteArrayDeserializer());
        String topic = new Topics("").stats();
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition())).toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
    }

    void start() {
        thread.start();
    }

    @Override
    public void run() {
        try (consumer) {
            while (!closed) {
                for (ConsumerRecord<String, byte[]> published : consumer.poll(POLL)) {
                    SimulatedViewer state = matches.get(published.key());
                    if (state != null && published.value() != null) {
                        LiveFrame frame = LiveFrame.ofMetrics(published.value());
                        record.record(state, frame, ViewerLoop.micros(Instant.now()) - epochMicros);
                    }
                }
            }
        }
    }

    /// Valid after [#close()].
    void arrivals(LiveLatency published) {
        record.updates().forEach(packed -> published.record(Arrival.of(packed)));
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
