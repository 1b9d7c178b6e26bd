package com.fanfinity.analytics.streams;

import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;

/// Kafka Streams without the metric that can end the process.
///
/// `uncommitted-bytes` of a transactional store asks RocksDB for the size of a write batch. In Streams 4.4.0 nothing
/// stops this while or after the store closes, and the read of a freed batch is a segmentation fault. Readers hold
/// metrics for up to a minute, so each scrape after a partition has moved away could end the process.
final class SafeMetricsStreams extends KafkaStreams {

    static final String UNSAFE = "uncommitted-bytes";

    SafeMetricsStreams(Topology topology, Properties properties) {
        super(topology, properties);
    }

    /// The metrics that can be read after a store has closed.
    @Override
    public Map<MetricName, ? extends Metric> metrics() {
        return safe(super.metrics());
    }

    static Map<MetricName, Metric> safe(Map<MetricName, ? extends Metric> metrics) {
        return metrics.entrySet().stream().filter(metric -> !metric.getKey().name().equals(UNSAFE))
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
