package com.fanfinity.analytics.lab.hostile;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;

import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.ClickHouseEngine;
import com.fanfinity.analytics.stack.KafkaBroker;
import com.fanfinity.analytics.stack.RealParts;
import com.fanfinity.analytics.stack.ServiceProcess;
import com.fanfinity.analytics.stack.process.Ports;

/// A whole system whose service has a small heap and exits when it is full. Attacks may use all of its ports.
public final class Target implements AutoCloseable {

    /// Known to no attacker.
    static final String INTERNAL_SECRET = "known-to-our-instances-only";
    static final String ADMIN_KEY = "admin-of-the-hostile-trial";

    /// Of each topic.
    public static final int PARTITIONS = 4;

    private static final String MAIN = "com.fanfinity.analytics.Main";
    private static final List<String> SMALL_HEAP = List.of("-Xmx256m", "-XX:+UseParallelGC");
    private static final Duration COUNTED_WITHIN = Duration.ofMinutes(3);
    private static final Duration METRICS_LIMIT = Duration.ofSeconds(20);
    private static final int BATCH = 5_000;

    private final Path directory;
    private final ClickHouseEngine clickHouse;
    private final KafkaBroker kafka;
    private final ServiceProcess service;
    private final InetSocketAddress address;
    private final ApiClient api;

    private Target(Path directory, ClickHouseEngine clickHouse, KafkaBroker kafka, ServiceProcess service,
            int port) {
        this.directory = directory;
        this.clickHouse = clickHouse;
        this.kafka = kafka;
        this.service = service;
        this.address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
        this.api = new ApiClient(service.url(), clickHouse.url());
    }

    /// @param settings of the service; they override those of this class
    public static Target start(String name, Map<String, String> settings) throws IOException, InterruptedException {
        Path directory = RealParts.directory(name);
        ClickHouseEngine clickHouse = ClickHouseEngine.start(directory.resolve("clickhouse"), Ports.free());
        KafkaBroker kafka = KafkaBroker.start(directory.resolve("kafka"), Ports.free());
        int port = Ports.free();
        Map<String, String> environment = environment(directory, clickHouse, kafka);
        environment.putAll(settings);
        ServiceProcess service = ServiceProcess.start(MAIN, port, environment, directory.resolve("service.log"),
                SMALL_HEAP);
        return new Target(directory, clickHouse, kafka, service, port);
    }

    private static Map<String, String> environment(Path directory, ClickHouseEngine clickHouse, KafkaBroker kafka)
            throws IOException {
        return new HashMap<>(Map.of("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers(), "CLICKHOUSE_URL",
                clickHouse.url(), "STATE_DIR",
                directory.resolve("streams").toString(), "KAFKA_PARTITIONS", Integer.toString(PARTITIONS),
                "INTERNAL_PORT", Integer.toString(Ports.free()), "INTERNAL_SECRET", INTERNAL_SECRET,
                "OPS_PORT", Integer.toString(Ports.free()), "ADMIN_KEY", ADMIN_KEY, "AUTH", "off",
                // The caches of Kafka Streams fill with the events of others, and are no leak.
                "STREAMS_CACHE", "1MiB"));
    }

    /// The public address of the service.
    public InetSocketAddress address() {
        return address;
    }

    public ApiClient api() {
        return api;
    }

    /// Data and logs.
    public Path directory() {
        return directory;
    }

    public String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    public long pid() {
        return service.pid();
    }

    /// Not by `Process.onExit()`, whose futures complete some time after the end.
    public boolean isAlive() {
        return ProcessHandle.of(pid()).filter(ProcessHandle::isAlive).isPresent();
    }

    /// The sum of the series of a metric of the service.
    double metric(String name) throws IOException {
        String page = RawHttp.once(address, RawHttp.get("/metrics"), METRICS_LIMIT).text();
        return Pattern.compile("(?m)^" + name + "(?:\\{.*\\})? (\\S+)$").matcher(page).results()
                .mapToDouble(series -> Double.parseDouble(series.group(1))).sum();
    }

    public Resources resources() throws IOException, InterruptedException {
        return Resources.of(pid(), address);
    }

    /// Starts the service again if an attack ended it.
    public void revive() throws IOException, InterruptedException {
        if (!isAlive()) {
            service.restart();
        }
    }

    /// Another instance of the same deployment, as an attacker starts it who can reach Kafka.
    ServiceProcess startRogue(Map<String, String> settings) throws IOException, InterruptedException {
        Map<String, String> environment = environment(directory, clickHouse, kafka);
        environment.put("STATE_DIR", directory.resolve("rogue").toString());
        environment.putAll(settings);
        return ServiceProcess.start(MAIN, Ports.free(), environment, directory.resolve("rogue.log"), SMALL_HEAP);
    }

    /// Sends valid events until each has its 202.
    ///
    /// @throws IOException if the service ends
    void load(List<String> events) throws IOException {
        for (int from = 0; from < events.size(); from += BATCH) {
            List<String> batch = events.subList(from, Math.min(from + BATCH, events.size()));
            await("a batch is accepted", () -> api.postBatch(batch).status() == 202);
        }
    }

    /// Waits until a match has at least so many events.
    ///
    /// @throws IOException if the service ends
    void awaitCounted(String match, long events) throws IOException {
        await(match + " has " + events + " events",
                () -> api.get("/api/matches/" + match + "/metrics").json().path("totalEvents").asLong() >= events);
    }

    private void await(String what, Callable<Boolean> condition) throws IOException {
        Await.until(COUNTED_WITHIN, what, () -> !isAlive() || condition.call());
        if (!isAlive()) {
            throw new IOException("the service ended before " + what);
        }
    }

    @Override
    public void close() {
        api.close();
        service.close();
        clickHouse.close();
        kafka.close();
    }
}
