package com.fanfinity.analytics.stack;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fanfinity.analytics.stack.process.ChildProcess;
import com.fanfinity.analytics.stack.process.ProjectDir;

/// The service in its own JVM.
public final class ServiceProcess extends StackComponent {
    /// Environment variable: with any value, the coverage agent of this JVM, if there is one, also measures the
    /// service. The service then starts without its AOT cache.
    public static final String MEASURED = "MEASURED";

    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    private static final Duration TRAINING_STOP_LIMIT = Duration.ofMinutes(2);
    private static final String MAIN_CLASS = "com.fanfinity.analytics.Main";
    private static final List<String> MEMORY = List.of("-Xmx768m", "-Xmn256m", "-XX:+UseParallelGC");

    private final String mainClass;
    private final int port;
    private final Map<String, String> environment;
    private final Path log;
    private final List<String> memory;

    private final Optional<AotCache> training;
    private volatile ServiceBuild build = ServiceBuild.COMPILED;

    private ServiceProcess(String mainClass, int port, Map<String, String> environment, Path log, List<String> memory,
            Optional<AotCache> training) {
        super("service", training.isPresent() ? TRAINING_STOP_LIMIT : STOP_LIMIT);
        this.training = training;
        this.mainClass = mainClass;
        this.port = port;
        this.environment = Map.copyOf(environment);
        this.log = log;
        this.memory = List.copyOf(memory);
    }

    /// Starts the service and returns when `GET /health/ready` returns 200.
    ///
    /// @param environment added to the environment of this process, together with `HTTP_PORT`, and with `AUTH=off`
    ///        unless it has `AUTH`
    /// @throws IllegalStateException if the port is in use, or the service is not ready within 120 s
    public static ServiceProcess start(String mainClass, int port, Map<String, String> environment, Path log)
            throws IOException, InterruptedException {
        return start(mainClass, port, environment, log, MEMORY);
    }

    /// Like [#start(String, int, Map, Path)], with other JVM options for heap and garbage collector.
    public static ServiceProcess start(String mainClass, int port, Map<String, String> environment, Path log,
            List<String> memory)
            throws IOException, InterruptedException {
        ServiceProcess service = new ServiceProcess(mainClass, port, environment, log, memory, Optional.empty());
        service.restart();
        return service;
    }

    /// Like [#start(String, int, Map, Path)], for another build than the compiled tree.
    public static ServiceProcess start(ServiceBuild build, int port, Map<String, String> environment, Path log)
            throws IOException, InterruptedException {
        ServiceProcess service = new ServiceProcess(MAIN_CLASS, port, environment, log, MEMORY, Optional.empty());
        service.replaceBy(build);
        service.restart();
        return service;
    }

    /// Like [#start(String, int, Map, Path)], with the OpenTelemetry agent, which `OTEL_…` variables configure.
    public static ServiceProcess startTraced(String mainClass, int port, Map<String, String> environment, Path log)
            throws IOException, InterruptedException {
        Path agent = ProjectDir.find().resolve("target/agent");
        List<String> options = new ArrayList<>(MEMORY);
        options.add("-javaagent:" + agent.resolve("opentelemetry-javaagent.jar"));
        options.add("-Dotel.javaagent.configuration-file=" + agent.resolve("agent.properties"));
        return start(mainClass, port, environment, log, options);
    }

    /// A service that writes an AOT cache when it shuts down.
    static ServiceProcess train(int port, Map<String, String> environment, Path log, AotCache cache)
            throws IOException, InterruptedException {
        ServiceProcess service = new ServiceProcess(MAIN_CLASS, port, environment, log, MEMORY, Optional.of(cache));
        service.restart();
        return service;
    }

    /// @return `http://host:port`, without regard to TLS
    public String url() {
        return "http://127.0.0.1:" + port;
    }

    /// The listener for operators, which has no TLS, if the other one has TLS. `OPS_PORT` must be set then.
    private String plainUrl() {
        return environment.containsKey("TLS_CERT_FILE")
                ? "http://127.0.0.1:" + requireNonNull(environment.get("OPS_PORT"), "OPS_PORT is not set")
                : url();
    }

    /// The log file of all starts.
    public Path log() {
        return log;
    }

    /// Runs another build from the next start on.
    public void replaceBy(ServiceBuild build) {
        this.build = build;
    }

    @Override
    ChildProcess launch() throws IOException {
        requireFree(name(), port);
        Map<String, String> all = new HashMap<>(environment);
        all.put("HTTP_PORT", Integer.toString(port));
        all.putIfAbsent("OPS_PORT", "0"); // any free port, as several services run on one machine
        all.putIfAbsent("AUTH", "off"); // it listens on loopback; a test of keys sets AUTH=on
        List<String> options = new ArrayList<>(memory);
        List<String> measuring = all.remove(MEASURED) == null ? List.of() : coverageAgent();
        options.addAll(measuring);
        options.add("-XX:+ExitOnOutOfMemoryError");
        Optional<String> ofAnotherBuild = build.classPath();
        ofAnotherBuild.ifPresent(classPath -> all.put(ChildProcess.CLASSPATH, classPath));
        Optional<AotCache> cache = mainClass.equals(MAIN_CLASS) && ofAnotherBuild.isEmpty() && measuring.isEmpty()
                ? AotCache.Program.SERVICE.cache()
                : Optional.empty();
        options.addAll(
                training.map(AotCache::trainingOptions).or(() -> cache.map(AotCache::options)).orElse(List.of()));
        training.or(() -> cache).ifPresent(aot -> all.putAll(aot.environment()));
        return ChildProcess.java(name(), log, options, all, mainClass, List.of());
    }

    /// The JaCoCo option of this JVM; both JVMs append to the same file.
    private static List<String> coverageAgent() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("-javaagent:") && argument.contains("jacoco")).toList();
    }

    @Override
    void awaitReady(ChildProcess started) throws InterruptedException {
        HttpRequest ready = HttpRequest.newBuilder(URI.create(plainUrl() + "/health/ready"))
                .timeout(Duration.ofSeconds(5)).build();
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build()) {
            started.awaitReady(START_LIMIT,
                    () -> client.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200);
        }
    }
}
