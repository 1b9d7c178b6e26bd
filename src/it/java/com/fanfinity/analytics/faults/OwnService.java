package com.fanfinity.analytics.faults;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.RealParts;
import com.fanfinity.analytics.stack.ServiceProcess;
import com.fanfinity.analytics.stack.process.Ports;

/// A service for one test class on the shared broker and engine. It has its own topics with one partition each, and its
/// own database.
final class OwnService implements AutoCloseable {

    private final String name;
    private final ServiceProcess process;
    private final ApiClient api;

    private OwnService(String name, ServiceProcess process) {
        this.name = name;
        this.process = process;
        this.api = new ApiClient(process.url(), RealParts.engine().url());
    }

    /// @param name of topics and database, letters only
    static OwnService start(String name, Path directory, Map<String, String> settings)
            throws IOException, InterruptedException {
        return start("com.fanfinity.analytics.Main", name, directory, settings);
    }

    static OwnService start(String mainClass, String name, Path directory, Map<String, String> settings)
            throws IOException, InterruptedException {
        Map<String, String> environment = new HashMap<>(Map.of("KAFKA_BOOTSTRAP_SERVERS",
                RealParts.broker().bootstrapServers(),
                "KAFKA_TOPIC_PREFIX", name + "-", "KAFKA_PARTITIONS", "1", "CLICKHOUSE_URL", RealParts.engine().url(),
                "CLICKHOUSE_DATABASE", name, "STATE_DIR", directory.resolve("streams").toString(), "STREAMS_THREADS",
                "1"));
        environment.putAll(settings);
        return new OwnService(name, ServiceProcess.start(mainClass, Ports.free(), environment,
                directory.resolve("service.log")));
    }

    ServiceProcess process() {
        return process;
    }

    ApiClient api() {
        return api;
    }

    String topic(String plain) {
        return name + '-' + plain;
    }

    ExactlyOnce exactlyOnce() {
        return new ExactlyOnce(api, name);
    }

    SteadyLoad load(String match) {
        return new SteadyLoad(process.url(), match);
    }

    @Override
    public void close() {
        api.close();
        process.close();
    }
}
