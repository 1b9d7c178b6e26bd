package com.fanfinity.analytics.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;

import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Materialized;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafeMetricsStreamsTest {

    @TempDir
    private Path state;

    /// Streams would crash this process if one of the remaining metrics were unsafe too.
    @Test
    void safe_storeClosed_everyMetricCanStillBeRead() {
        Map<MetricName, Metric> all = new HashMap<>();
        try (TopologyTestDriver driver = new TopologyTestDriver(topology(), properties())) {
            all.putAll(driver.metrics());
        }
        Map<MetricName, Metric> safe = SafeMetricsStreams.safe(all);

        Set<String> left = all.keySet().stream().filter(name -> !safe.containsKey(name)).map(MetricName::name)
                .collect(Collectors.toSet());
        assertEquals(Set.of(SafeMetricsStreams.UNSAFE), left);
        safe.values().forEach(SafeMetricsStreamsTest::read);
    }

    private static void read(Metric metric) {
        try {
            metric.metricValue();
        } catch (RuntimeException closed) {
            // An exception is a safe answer.
        }
    }

    private static Topology topology() {
        StreamsBuilder builder = new StreamsBuilder();
        builder.table("topic", Consumed.with(Serdes.String(), Serdes.String()), Materialized.as("store"));
        return builder.build();
    }

    private Properties properties() {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "safe-metrics");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:1");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.TRANSACTIONAL_STATE_STORES_CONFIG, true);
        return properties;
    }
}
