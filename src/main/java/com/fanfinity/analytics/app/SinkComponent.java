package com.fanfinity.analytics.app;

import java.time.Duration;
import java.util.Map;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.kafka.Topics;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.sink.SinkRunner;
import com.fanfinity.analytics.sink.SinkStatus;

/// The role `sink`: stores the topology's output in ClickHouse and migrates the schema.
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
    public Map<String, CheckResult> ready() {
        return Map.of("sink", check());
    }

    @Override
    public Map<String, CheckResult> startup() {
        SinkStatus status = sink.status();
        return Map.of("migrations", status.migrated()
                ? CheckResult.up("applied")
                : CheckResult.down(status.requiredAction().orElse("waiting for ClickHouse")));
    }

    /// Never down: ingest and live reads do not need ClickHouse.
    private CheckResult check() {
        SinkStatus status = sink.status();
        if (status.requiredAction().isPresent()) {
            return CheckResult.degraded(status.requiredAction().get());
        }
        if (status.degraded().isPresent()) {
            // The driver's message may name hosts, so only the log has it.
            return CheckResult.degraded("rows wait for ClickHouse or Kafka; see the log");
        }
        return status.running() ? CheckResult.up("running") : CheckResult.degraded("not running");
    }

    @Override
    public void close(Duration limit) {
        sink.close(limit);
    }
}
