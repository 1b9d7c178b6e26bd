package com.fanfinity.analytics.stack;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.fanfinity.analytics.stack.process.Ports;
import com.fanfinity.analytics.stack.process.ProjectDir;

/// The settings of `make dev`, from its environment.
///
/// @param httpPort `HTTP_PORT`, 8080
/// @param kafkaPort `KAFKA_PORT`, 9092
/// @param clickHousePort `CLICKHOUSE_PORT`, 8123; not used if `CLICKHOUSE_URL` is set
/// @param demo `DEMO`, on: whether the simulator sends matches
/// @param tracing `TRACING`, off: whether the OpenTelemetry agent is attached to the service, which sends spans to
///        `OTEL_EXPORTER_OTLP_ENDPOINT`
/// @param home the directory of data, logs and pid files
/// @param mainClass the main class of the service; a test can replace it
record StackSettings(int httpPort, int kafkaPort, int clickHousePort, boolean demo, boolean tracing,
        boolean externalClickHouse, Path home,
        String mainClass) {
    static final String MAIN_CLASS = "analytics.main";
    static final String HOME = "analytics.local";

    static StackSettings of(Map<String, String> environment) {
        return new StackSettings(port(environment, "HTTP_PORT", 8080), port(environment, "KAFKA_PORT", 9092),
                port(environment, "CLICKHOUSE_PORT", 8123),
                !environment.getOrDefault("DEMO", "on").equalsIgnoreCase("off"),
                environment.getOrDefault("TRACING", "off").equalsIgnoreCase("on"),
                !environment.getOrDefault("CLICKHOUSE_URL", "").isEmpty(),
                Path.of(System.getProperty(HOME, ProjectDir.find().resolve(".local").toString())),
                System.getProperty(MAIN_CLASS, "com.fanfinity.analytics.Main"));
    }

    /// @return one sentence for each port that another process uses
    List<String> takenPorts() {
        List<String> taken = new ArrayList<>();
        addIfTaken(taken, "the service", "HTTP_PORT", httpPort);
        addIfTaken(taken, "Kafka", "KAFKA_PORT", kafkaPort);
        if (!externalClickHouse) {
            addIfTaken(taken, "ClickHouse", "CLICKHOUSE_PORT", clickHousePort);
        }
        return taken;
    }

    Path data(String part) {
        return home.resolve("data").resolve(part);
    }

    Path run() {
        return home.resolve("run");
    }

    Path log(String part) {
        return home.resolve("log").resolve(part + ".log");
    }

    private static void addIfTaken(List<String> taken, String part, String variable, int port) {
        if (!Ports.isFree(port)) {
            taken.add("Another process uses port %d, which %s needs. End it, or choose another port: %s=%d make dev"
                    .formatted(port, part, variable, port + 10_000 > 65_535 ? Ports.free() : port + 10_000));
        }
    }

    private static int port(Map<String, String> environment, String name, int otherwise) {
        String value = environment.getOrDefault(name, "").strip();
        try {
            int port = value.isEmpty() ? otherwise : Integer.parseInt(value);
            if (port > 0 && port < 65_536) {
                return port;
            }
        } catch (NumberFormatException _) {
            // reported below
        }
        throw new IllegalArgumentException(name + ": not a port number: " + value);
    }
}
