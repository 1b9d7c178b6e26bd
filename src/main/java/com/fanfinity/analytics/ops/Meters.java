package com.fanfinity.analytics.ops;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/// Every meter of the service's own, with its name, labels and meaning. The stages call; nothing else names a meter.
///
/// Labels are bounded: topics, tables, partitions, event types, outcomes and route templates, never an id that a client makes.
public final class Meters {

    private final MeterRegistry registry;
    private final Map<String, AtomicLong> lags = new ConcurrentHashMap<>();

    public Meters(MeterRegistry registry) {
        this.registry = registry;
    }

    public MeterRegistry registry() {
        return registry;
    }

    // --- the sink's consumer

    /// `kafka_consumer_messages_total{topic}`: records that the sink has read.
    public void consumed(String topic, int records) {
        Counter.builder("kafka.consumer.messages").description("Records read by the sink").tag("topic", topic).register(registry)
                .increment(records);
    }

    /// `kafka_consumer_batch_size`: records in one poll that was not empty.
    public void polled(int records) {
        DistributionSummary.builder("kafka.consumer.batch.size").description("Records in one poll of the sink that was not empty")
                .register(registry).record(records);
    }

    /// `kafka_consumer_commit_latency_seconds`: how long a commit of the sink's offsets took.
    public void committed(Duration took) {
        Timer.builder("kafka.consumer.commit.latency").description("Time to commit the sink's offsets").register(registry).record(took);
    }

    /// `kafka_consumer_rebalance_total`: times that partitions were given to or taken from the sink.
    public void rebalanced() {
        Counter.builder("kafka.consumer.rebalance").description("Assignments and revocations of the sink's partitions").register(registry)
                .increment();
    }

    /// `kafka_consumer_lag{topic,partition}`: records that the sink has not yet stored in ClickHouse.
    public void lag(String topic, int partition, long records) {
        lags.computeIfAbsent(topic + '/' + partition, _ -> {
            AtomicLong lag = new AtomicLong();
            Gauge.builder("kafka.consumer.lag", lag, AtomicLong::get).description("Records not yet stored by the sink")
                    .tags("topic", topic, "partition", Integer.toString(partition)).register(registry);
            return lag;
        }).set(records);
    }

    /// The partition is another instance's now: its lag is no longer known here.
    public void lagUnknown(String topic, int partition) {
        if (lags.remove(topic + '/' + partition) != null) {
            registry.find("kafka.consumer.lag").tags("topic", topic, "partition", Integer.toString(partition)).gauges()
                    .forEach(registry::remove);
        }
    }

    // --- ClickHouse

    /// One insert that ClickHouse has acknowledged: `clickhouse_batch_duration_seconds{table}`, `clickhouse_batch_size{table}`,
    /// `clickhouse_rows_written_total{table}`.
    public void stored(String table, int rows, Duration took) {
        Timer.builder("clickhouse.batch.duration").description("Time of one acknowledged insert, retries not counted").tag("table", table)
                .publishPercentileHistogram(false)
                .serviceLevelObjectives(Duration.ofMillis(10), Duration.ofMillis(50), Duration.ofMillis(100),
                        Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(30))
                .register(registry).record(took);
        DistributionSummary.builder("clickhouse.batch.size").description("Rows in one acknowledged insert").tag("table", table)
                .register(registry).record(rows);
        Counter.builder("clickhouse.rows.written").description("Rows acknowledged by ClickHouse").tag("table", table).register(registry)
                .increment(rows);
    }

    /// `clickhouse_batch_errors_total{table}`: inserts that failed or whose outcome is unknown; each is tried again.
    public void storeFailed(String table) {
        Counter.builder("clickhouse.batch.errors").description("Inserts that failed or whose outcome is unknown").tag("table", table)
                .register(registry).increment();
    }
}
