package com.fanfinity.analytics.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import com.fanfinity.analytics.local.ClickHouseEngine;
import com.fanfinity.analytics.local.KafkaBroker;
import com.fanfinity.analytics.local.Ports;
import com.fanfinity.analytics.local.ServiceProcess;

/// Broker, engine and service of one test, each in a process of its own on free ports, with empty data.
public final class Stack implements AutoCloseable {

    private final KafkaBroker kafka;
    private final ClickHouseEngine clickHouse;
    private final ServiceProcess service;

    private Stack(KafkaBroker kafka, ClickHouseEngine clickHouse, ServiceProcess service) {
        this.kafka = kafka;
        this.clickHouse = clickHouse;
        this.service = service;
    }

    /// Starts all three; the service is ready.
    public static Stack start(String name) throws IOException, InterruptedException {
        return start(name, Map.of());
    }

    /// As [#start(String)], with settings of the service that the test needs otherwise.
    public static Stack start(String name, Map<String, String> settings) throws IOException, InterruptedException {
        Path directory = RealParts.directory(name);
        KafkaBroker kafka = KafkaBroker.start(directory.resolve("kafka"), Ports.free());
        ClickHouseEngine clickHouse = ClickHouseEngine.start(directory.resolve("clickhouse"), Ports.free());
        Map<String, String> environment = new HashMap<>(Map.of("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers(), "CLICKHOUSE_URL",
                clickHouse.url(), "STATE_DIR", directory.resolve("streams").toString()));
        environment.putAll(settings);
        ServiceProcess service = ServiceProcess.start("com.fanfinity.analytics.Main", Ports.free(), environment,
                directory.resolve("service.log"));
        return new Stack(kafka, clickHouse, service);
    }

    public KafkaBroker kafka() {
        return kafka;
    }

    public ClickHouseEngine clickHouse() {
        return clickHouse;
    }

    public ServiceProcess service() {
        return service;
    }

    @Override
    public void close() {
        service.close();
        clickHouse.close();
        kafka.close();
    }
}
