package com.fanfinity.analytics.stack;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.IntStream;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.peers.PeerSignature;
import com.fanfinity.analytics.peers.PeerSignature.SignedRequest;
import com.fanfinity.analytics.stack.process.Ports;

/// Broker, engine and one or more services of one test, each in its own process on free ports, with empty data.
public final class Stack implements AutoCloseable {

    /// A small number of partitions, which shortens each start: every partition has its own stores.
    public static final String FEW = "4";

    /// The secret that the services of a stack share.
    public static final String INTERNAL_SECRET = "known-to-all-instances";

    private final Path directory;
    private final KafkaBroker kafka;
    private final ClickHouseEngine clickHouse;
    private final List<ServiceProcess> services;
    private final List<Integer> internalPorts;

    /// The way of each service to ClickHouse.
    @FunctionalInterface
    public interface ClickHouseRoute {
        /// @param service its number, from 1
        /// @param clickHouse ClickHouse's own URL
        /// @return the URL for the service
        String url(int service, String clickHouse) throws IOException;
    }

    /// Starts the broker of a stack in the directory, and returns when services can use it.
    @FunctionalInterface
    public interface BrokerStart {
        KafkaBroker start(Path directory) throws IOException, InterruptedException;
    }

    private Stack(Path directory, KafkaBroker kafka, ClickHouseEngine clickHouse, List<ServiceProcess> services,
            List<Integer> internalPorts) {
        this.directory = directory;
        this.kafka = kafka;
        this.clickHouse = clickHouse;
        this.services = List.copyOf(services);
        this.internalPorts = List.copyOf(internalPorts);
    }

    /// Starts broker, engine and one service.
    public static Stack start(String name) throws IOException, InterruptedException {
        return start(name, 1);
    }

    /// Starts broker, engine and one service.
    ///
    /// @param settings of the service; they override the addresses that the stack sets
    public static Stack start(String name, Map<String, String> settings) throws IOException, InterruptedException {
        return start(name, 1, settings);
    }

    /// Starts broker and engine, then all services in parallel.
    ///
    /// @param services the number of services, at least 1
    public static Stack start(String name, int services) throws IOException, InterruptedException {
        return start(name, services, Map.of());
    }

    /// Starts broker and engine, then all services in parallel.
    ///
    /// @param services the number of services, at least 1
    /// @param settings of each service; they override the addresses that the stack sets
    public static Stack start(String name, int services, Map<String, String> settings)
            throws IOException, InterruptedException {
        return start(name, services, settings, ServiceBuild.COMPILED, (_, clickHouse) -> clickHouse);
    }

    /// Starts broker and engine, then all services in parallel, each with its own way to ClickHouse.
    ///
    /// @param services the number of services, at least 1
    /// @param settings of each service; they override the addresses that the stack sets
    public static Stack start(String name, int services, Map<String, String> settings, ClickHouseRoute route)
            throws IOException, InterruptedException {
        return start(name, services, settings, ServiceBuild.COMPILED, route);
    }

    /// Starts broker and engine, then all services in parallel, from another build than the compiled tree.
    ///
    /// @param services the number of services, at least 1
    public static Stack start(String name, int services, ServiceBuild build) throws IOException, InterruptedException {
        return start(name, services, Map.of(), build, (_, clickHouse) -> clickHouse);
    }

    /// Starts a broker of its own kind, an engine and one service.
    ///
    /// @param settings of the service; they override the addresses that the stack sets
    /// @param address of the broker, for the service
    public static Stack start(String name, Map<String, String> settings, BrokerStart broker,
            Function<KafkaBroker, String> address) throws IOException, InterruptedException {
        return start(name, 1, settings, ServiceBuild.COMPILED, (_, clickHouse) -> clickHouse, broker, address);
    }

    private static Stack start(String name, int services, Map<String, String> settings, ServiceBuild build,
            ClickHouseRoute route) throws IOException, InterruptedException {
        return start(name, services, settings, build, route,
                directory -> KafkaBroker.start(directory, Ports.free()), KafkaBroker::bootstrapServers);
    }

    private static Stack start(String name, int services, Map<String, String> settings, ServiceBuild build,
            ClickHouseRoute route, BrokerStart broker, Function<KafkaBroker, String> address)
            throws IOException, InterruptedException {
        Path directory = RealParts.directory(name);
        // First, because an engine that is missing skips the test.
        ClickHouseEngine clickHouse = ClickHouseEngine.start(directory.resolve("clickhouse"), Ports.free());
        AotTraining.ensure();
        KafkaBroker kafka = broker.start(directory.resolve("kafka"));
        List<Integer> internalPorts = IntStream.range(0, services).mapToObj(_ -> Ports.free()).toList();
        List<Callable<ServiceProcess>> starts = new ArrayList<>();
        for (int i = 0; i < services; i++) {
            int number = i + 1;
            String clickHouseUrl = route.url(number, clickHouse.url());
            starts.add(() -> service(directory, number, internalPorts.get(number - 1), address.apply(kafka),
                    clickHouseUrl, settings, build));
        }
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<ServiceProcess> started = new ArrayList<>();
            for (Future<ServiceProcess> service : executor.invokeAll(starts)) {
                started.add(service.get());
            }
            return new Stack(directory, kafka, clickHouse, started, internalPorts);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a service did not start", e);
        }
    }

    private static ServiceProcess service(Path directory, int number, int internalPort, String kafka,
            String clickHouseUrl, Map<String, String> settings, ServiceBuild build)
            throws IOException, InterruptedException {
        Map<String, String> environment = new HashMap<>(
                Map.of("KAFKA_BOOTSTRAP_SERVERS", kafka, "CLICKHOUSE_URL",
                        clickHouseUrl, "STATE_DIR", stateDir(directory, number).toString()));
        environment.putAll(Map.of("INTERNAL_PORT", Integer.toString(internalPort), "INTERNAL_SECRET", INTERNAL_SECRET));
        environment.putAll(settings);
        Path log = directory.resolve("service-" + number + ".log");
        return build.equals(ServiceBuild.COMPILED) && System.getenv().getOrDefault("TRACING", "off").equals("on")
                ? ServiceProcess.startTraced("com.fanfinity.analytics.Main", Ports.free(), environment, log)
                : ServiceProcess.start(build, Ports.free(), environment, log);
    }

    private static Path stateDir(Path directory, int number) {
        return directory.resolve("streams-" + number);
    }

    /// The directory of the first service's stores.
    public Path stateDir() {
        return stateDir(directory, 1);
    }

    /// The directory of data and logs.
    public Path directory() {
        return directory;
    }

    public KafkaBroker kafka() {
        return kafka;
    }

    public ClickHouseEngine clickHouse() {
        return clickHouse;
    }

    /// The first service.
    public ServiceProcess service() {
        return services.getFirst();
    }

    public List<ServiceProcess> services() {
        return services;
    }

    public List<String> serviceUrls() {
        return services.stream().map(ServiceProcess::url).toList();
    }

    /// The addresses for requests between the services.
    public List<String> internalUrls() {
        return internalPorts.stream().map(port -> "http://127.0.0.1:" + port).toList();
    }

    /// The signature header of a request from one service to another.
    ///
    /// @param internalUrl of the service that is asked
    /// @param replica `active` or `standby`
    public static String peerSignature(String internalUrl, String target, String replica) {
        return new SignedRequest("GET", target, replica, URI.create(internalUrl).getAuthority(),
                System.currentTimeMillis(), PeerSignature.nonce(new SecureRandom()::nextBytes))
                .header(new Settings.Secret(INTERNAL_SECRET));
    }

    /// A client of all services and of ClickHouse.
    public ApiClient client() {
        return new ApiClient(serviceUrls(), clickHouse.url());
    }

    @Override
    public void close() {
        services.forEach(ServiceProcess::close);
        clickHouse.close();
        kafka.close();
    }
}
