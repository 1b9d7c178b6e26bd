package com.fanfinity.analytics.ops;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
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
    private final Map<Outcome, Counter> processed = new EnumMap<>(Outcome.class);
    private final Timer visible;
    private final MatchMeters matches;

    public Meters(MeterRegistry registry) {
        this.registry = registry;
        for (Outcome outcome : Outcome.values()) {
            processed.put(outcome,
                    Counter.builder("events.processed")
                            .description("Records of match-events by what became of them; late is a part of accepted")
                            .tag("outcome", outcome.name().toLowerCase(Locale.ROOT)).register(registry));
        }
        visible = Timer.builder("ingest.to.visible").description("From receiving an event to its being part of the answers")
                .serviceLevelObjectives(millis(5, 10, 25, 50, 100, 250, 500, 1000, 5000)).register(registry);
        matches = new MatchMeters(registry);
    }

    private static Duration[] millis(long... millis) {
        return Arrays.stream(millis).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
    }

    public MeterRegistry registry() {
        return registry;
    }

    // --- the topology

    /// What became of a record of `match-events`. Every record is accepted, duplicate or dead; late is a part of accepted.
    public enum Outcome {
        ACCEPTED,
        DUPLICATE,
        DEAD,
        /// Accepted, though its minute lies before one that its match already has.
        LATE
    }

    /// `events_processed_total{outcome}`: records by what became of them. What is processed again after a crash counts again.
    public void processed(Outcome outcome) {
        requireNonNull(processed.get(outcome)).increment();
    }

    /// `ingest_to_visible_seconds`: from the service's receiving an event to its being part of the answers.
    public void visible(long micros) {
        visible.record(micros, TimeUnit.MICROSECONDS);
    }

    /// `match_events_total{match_id}`: accepted events of one match, see {@link MatchMeters}.
    public void matchEvent(String matchId, boolean ended) {
        matches.count(matchId, ended);
    }

    /// Lets matches that have gone quiet give their series back; to be called now and then.
    public void dropIdleMatches() {
        matches.dropIdle();
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
