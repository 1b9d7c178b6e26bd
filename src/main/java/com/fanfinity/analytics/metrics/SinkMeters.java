package com.fanfinity.analytics.metrics;

import java.time.Duration;

import io.micrometer.core.instrument.Counter;

/// Meters of the sink: records read from Kafka, lag, and inserts into ClickHouse.
public final class SinkMeters {

    private final MeterBook.Counters messages;
    private final MeterBook.Summaries batchSize;
    private final MeterBook.Timers commits;
    private final MeterBook.Counters rebalances;
    private final GaugeTable lags;
    private final GaugeTable lagSeconds;
    private final MeterBook.Timers inserts;
    private final MeterBook.Summaries insertSize;
    private final MeterBook.Counters rows;
    private final MeterBook.Counters failures;
    private final Counter superseded;
    private final MeterBook.Counters tableFaults;

    SinkMeters(MeterBook book) {
        messages = book.counters("kafka.consumer.messages", "records", "Records read by the sink", "topic");
        batchSize = book.summaries("kafka.consumer.batch.size", "records", "Records in one non-empty poll of the sink");
        commits = book.timers("kafka.consumer.commit.latency", MeterBook.millis(), "Time to commit the sink's offsets");
        rebalances = book.counters("kafka.consumer.rebalance", "times",
                "Assignments and revocations of the sink's partitions");
        lags = new GaugeTable(book.gauges("kafka.consumer.lag", "records",
                "Records not yet processed by the topology (match-events) or not yet stored by the sink (the others)",
                "topic",
                "partition"));
        lagSeconds = new GaugeTable(book.gauges("sink.lag.seconds", "seconds",
                "Age of the oldest record that is not yet stored, 0 if all are stored", "topic", "partition"));
        inserts = book.timers("clickhouse.batch.duration", MeterBook.millis(10, 50, 100, 500, 1000, 5000, 30_000),
                "Duration of one acknowledged insert, without retries", "table");
        insertSize = book.summaries("clickhouse.batch.size", "rows", "Rows in one acknowledged insert", "table");
        rows = book.counters("clickhouse.rows.written", "rows", "Rows acknowledged by ClickHouse", "table");
        failures = book.counters("clickhouse.batch.errors", "inserts",
                "Inserts that failed or whose outcome is unknown; each is retried", "table");
        superseded = book.counter("clickhouse.inserts.superseded", "inserts",
                "Inserts that ClickHouse rejected because the claim on the partition no longer held");
        tableFaults = book.counters("clickhouse.table.faults", "inserts",
                "Inserts that failed because an operator must repair the table; their rows wait", "table");
    }

    /// `kafka_consumer_messages_total{topic}`.
    public void consumed(String topic, int records) {
        messages.of(topic).increment(records);
    }

    /// `kafka_consumer_batch_size`, of a non-empty poll.
    public void polled(int records) {
        batchSize.of().record(records);
    }

    /// `kafka_consumer_commit_latency_seconds`.
    public void committed(Duration took) {
        commits.of().record(took);
    }

    /// `kafka_consumer_rebalance_total`: one assignment or revocation.
    public void rebalanced() {
        rebalances.of().increment();
    }

    /// `kafka_consumer_lag{topic,partition}`: records that the topology has not yet processed (`match-events`) or the
    /// sink has not yet stored in ClickHouse (the other topics).
    public void lag(String topic, int partition, long records) {
        lags.set((double) records, topic, Integer.toString(partition));
    }

    /// The partition moved to another instance.
    public void lagUnknown(String topic, int partition) {
        lags.remove(topic, Integer.toString(partition));
    }

    /// `sink_lag_seconds{topic,partition}`.
    public void sinkLag(String topic, int partition, double seconds) {
        lagSeconds.set(seconds, topic, Integer.toString(partition));
    }

    /// The partition moved to another instance.
    public void sinkLagUnknown(String topic, int partition) {
        lagSeconds.remove(topic, Integer.toString(partition));
    }

    /// Starts the counters of a table at 0, so that its first failure shows as an increase.
    public void storing(String table) {
        rows.of(table);
        failures.of(table);
        tableFaults.of(table);
    }

    /// One insert that ClickHouse acknowledged: `clickhouse_batch_duration_seconds{table}`,
    /// `clickhouse_batch_size{table}` and `clickhouse_rows_written_total{table}`.
    public void stored(String table, int count, Duration took) {
        inserts.of(table).record(took);
        insertSize.of(table).record(count);
        rows.of(table).increment(count);
    }

    /// `clickhouse_batch_errors_total{table}`: one insert that failed or whose outcome is unknown.
    public void storeFailed(String table) {
        failures.of(table).increment();
    }

    /// `clickhouse_inserts_superseded_total`: one insert that ClickHouse rejected because the claim on the partition no
    /// longer held: another sink had claimed it, or ClickHouse was restarted or restored.
    public void superseded() {
        superseded.increment();
    }

    /// `clickhouse_table_faults_total{table}`: one insert that failed because the table is wrong. It counts as failed,
    /// too.
    public void tableWrong(String table) {
        tableFaults.of(table).increment();
    }
}
