package com.fanfinity.analytics.lab.chaos;

import java.util.Map;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.config.SettingsException;
import com.fanfinity.analytics.config.SettingsLoader;
import com.fanfinity.analytics.kafka.Topics;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.sink.SinkRunner;
import com.fanfinity.analytics.stack.Stack;

/// A sink in this process, which joins the sinks of the services for a time. All of them then give up partitions while
/// they run, and take them over again when it leaves.
final class VisitingSink implements AutoCloseable {

    private final SinkRunner sink;

    private VisitingSink(SinkRunner sink) {
        this.sink = sink;
    }

    static VisitingSink join(Stack stack) {
        Settings settings;
        try {
            settings = SettingsLoader.load(Map.of("ROLES", "sink", "KAFKA_BOOTSTRAP_SERVERS",
                    stack.kafka().bootstrapServers(), "CLICKHOUSE_URL", stack.clickHouse().url()));
        } catch (SettingsException e) {
            throw new IllegalStateException(e);
        }
        SinkRunner sink = new SinkRunner(settings, new Topics(settings.kafka().topicPrefix()),
                new Meters(new SimpleMeterRegistry()));
        sink.start();
        return new VisitingSink(sink);
    }

    /// Stores the rows that it has read, and leaves.
    @Override
    public void close() {
        sink.close();
    }
}
