package com.fanfinity.analytics.app;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.kafka.Topics;
import com.fanfinity.analytics.metrics.Check;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.sink.SinkRunner;
import com.fanfinity.analytics.sink.SinkStatus;

/// Stores what the topology puts out, and keeps the schema that it is stored in.
final class SinkComponent implements RoleComponent {

    private final SinkRunner sink;

    SinkComponent(Settings settings, Topics topics, Meters meters) {
        sink = new SinkRunner(settings, topics, meters);
    }

    @Override
    public void start() {
        sink.start();
    }

    @Override
    public Map<String, Check> ready() {
        return Map.of("sink", check());
    }

    @Override
    public Map<String, Check> startup() {
        return Map.of("migrations", sink.status().migrated() ? Check.up("applied") : Check.down("waiting for ClickHouse"));
    }

    /// Never down: ingest and live reads do without ClickHouse.
    private Check check() {
        SinkStatus status = sink.status();
        Optional<String> held = status.partitions().values().stream().flatMap(partition -> partition.held().stream()).findFirst();
        if (held.isPresent()) {
            return Check.degraded(held.get());
        }
        if (status.degraded().isPresent()) {
            // What the driver says may name hosts: that is for the log.
            return Check.degraded("rows wait for ClickHouse or Kafka; the log says why");
        }
        return status.running() ? Check.up("stores") : Check.degraded("not running");
    }

    @Override
    public void close(Duration limit) {
        sink.close(limit);
    }
}
