package com.fanfinity.analytics.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import com.fanfinity.analytics.local.ClickHouseEngine;
import com.fanfinity.analytics.local.KafkaBroker;
import com.fanfinity.analytics.local.Ports;
import com.fanfinity.analytics.local.ServiceProcess;
import com.fanfinity.analytics.testing.RealParts;

/// `make bench`: {@link IngestBench} on a broker, an engine and a service of its own, each in a process of its own on free ports,
/// with empty data.
final class StackBench {

    private StackBench() {}

    @SuppressWarnings("SystemOut")
    static void main() throws IOException, InterruptedException {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
        Path directory = RealParts.directory("bench");
        int exit;
        try (KafkaBroker kafka = KafkaBroker.start(directory.resolve("kafka"), Ports.free());
                ClickHouseEngine clickHouse = ClickHouseEngine.start(directory.resolve("clickhouse"), Ports.free());
                ServiceProcess service = ServiceProcess.start("com.fanfinity.analytics.Main", Ports.free(),
                        Map.of("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers(), "CLICKHOUSE_URL", clickHouse.url(), "STATE_DIR",
                                directory.resolve("streams").toString()),
                        directory.resolve("service.log"))) {
            Map<String, String> environment = new HashMap<>(System.getenv());
            environment.put("TARGET_URL", service.url());
            environment.put("CLICKHOUSE_URL", clickHouse.url());
            exit = new IngestBench(IngestBench.Settings.from(environment), System.out).run(Long.toString(System.currentTimeMillis(), 36));
        }
        System.exit(exit);
    }
}
