package com.fanfinity.analytics.lab.drill;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.fanfinity.analytics.stack.AlertmanagerServer;
import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.ClickHouseEngine;
import com.fanfinity.analytics.stack.KafkaBroker;
import com.fanfinity.analytics.stack.PrometheusServer;
import com.fanfinity.analytics.stack.RealParts;
import com.fanfinity.analytics.stack.ServiceProcess;
import com.fanfinity.analytics.stack.process.Ports;

/// Broker, engine behind a proxy, service, Prometheus and Alertmanager, each in its own process on free ports, and a
/// webhook.
final class DrillStack implements AutoCloseable {

    static final String PARTITIONS = "4";
    static final String ADMIN_KEY = "known-in-the-drill";
    static final int MAX_VIEWERS = 5;
    static final int HEAP_MIB = 512;
    private static final List<String> MEMORY = List.of("-Xmx" + HEAP_MIB + "m", "-Xmn128m", "-XX:+UseParallelGC");

    final Path directory;
    final Path leaks;
    final Path state;
    final KafkaBroker kafka;
    final ClickHouseEngine clickHouse;
    final EngineProxy proxy;
    final ServiceProcess service;
    final AlertWebhook webhook;
    final AlertmanagerServer alertmanager;
    final PrometheusServer prometheus;
    final FiringAlerts alerts;
    final ApiClient api;

    /// @param state the directory of the service's state
    DrillStack(ScaledRules scaled, Path state) throws IOException, InterruptedException {
        this.state = state;
        directory = RealParts.directory("drill");
        leaks = directory.resolve("leaks");
        kafka = KafkaBroker.start(directory.resolve("kafka"), Ports.free());
        clickHouse = ClickHouseEngine.start(directory.resolve("clickhouse"), Ports.free());
        proxy = new EngineProxy(clickHouse.url());
        service = ServiceProcess.start("com.fanfinity.analytics.lab.faults.LeakingMain", Ports.free(),
                environment(scaled.speed()),
                directory.resolve("service.log"), MEMORY);
        webhook = new AlertWebhook();
        int port = Ports.free();
        alertmanager = AlertmanagerServer.start(directory.resolve("alertmanager"), Ports.free(),
                scaled.alertmanager(webhook.url()));
        Path monitoring = Files.createDirectories(directory.resolve("prometheus"));
        scaled.writeRules(monitoring);
        target(true);
        prometheus = PrometheusServer.start(monitoring, port,
                scaled.prometheus("127.0.0.1:" + port, URI.create(alertmanager.url()).getAuthority()));
        alerts = new FiringAlerts(alertmanager.url(), prometheus.url());
        api = new ApiClient(service.url(), clickHouse.url());
    }

    /// Low limits, which little load reaches. Times that alerts depend on are divided like those of the alerts.
    private Map<String, String> environment(int speed) {
        Map<String, String> environment = new HashMap<>(
                Map.of("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers(), "CLICKHOUSE_URL",
                        proxy.url(), "STATE_DIR", state.resolve("streams").toString(), "KAFKA_PARTITIONS", PARTITIONS,
                        "INTERNAL_PORT",
                        Integer.toString(Ports.free())));
        environment.putAll(Map.of("LEDGER_INTERVAL", Math.max(1, 60 / speed) + "s", "LIVE_MAX_VIEWERS",
                Integer.toString(MAX_VIEWERS),
                "INGEST_MAX_IN_FLIGHT", "32MiB", "STREAMS_ARCHIVE_AFTER", Math.max(1, 2000 / speed) + "s",
                "CLICKHOUSE_TIMEOUT", "10s",
                "LEAK_FILE", leaks.toString(), "ADMIN_KEY", ADMIN_KEY));
        return environment;
    }

    /// Adds the service to Prometheus' targets or removes it; Prometheus watches the file.
    void target(boolean known) throws IOException {
        Path targets = Files.createDirectories(directory.resolve("prometheus/targets")).resolve("fanfinity.yml");
        Path next = Files.writeString(targets.resolveSibling("next"),
                known ? "- targets: ['" + URI.create(service.url()).getAuthority() + "']\n" : "[]\n");
        Files.move(next, targets, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() throws IOException {
        alerts.close();
        api.close();
        prometheus.close();
        alertmanager.close();
        webhook.close();
        service.close();
        proxy.close();
        clickHouse.close();
        kafka.close();
    }
}
