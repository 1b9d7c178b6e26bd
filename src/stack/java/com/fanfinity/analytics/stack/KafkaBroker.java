package com.fanfinity.analytics.stack;

import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Uuid;

import com.fanfinity.analytics.stack.process.ChildProcess;
import com.fanfinity.analytics.stack.process.Ports;
import com.fanfinity.analytics.stack.process.ProjectDir;

/// A real Kafka broker (KRaft, one node) on loopback, in a JVM of its own. Its data outlives it, by kill -9 too.
/// Or, for tests that share one, somebody else's: [#elsewhere(String)].
public final class KafkaBroker extends LocalPart {
    static final String META_PROPERTIES = "meta.properties";
    /// What Kafka says of a metadata log with records, or a metadata.version, that it does not know.
    private static final List<String> MADE_BY_NEWER = List.of("UnsupportedVersionException: Can't read version",
            "No MetadataVersion with feature level", "Unknown metadata id");
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);
    private static final Duration TRAINING_STOP_LIMIT = Duration.ofMinutes(2);

    private final Path dir;
    private final Path log;
    private final int port;

    private final Optional<AotCache> training;
    private final Optional<String> elsewhere;

    private KafkaBroker(Path dir, int port, Path log, Optional<AotCache> training) {
        super("kafka", training.isPresent() ? TRAINING_STOP_LIMIT : STOP_LIMIT);
        this.training = training;
        this.dir = dir.toAbsolutePath();
        this.port = port;
        this.log = log;
        this.elsewhere = Optional.empty();
    }

    private KafkaBroker(String bootstrapServers) {
        super("kafka", STOP_LIMIT);
        this.training = Optional.empty();
        this.dir = Path.of("");
        this.port = 0;
        this.log = dir;
        this.elsewhere = Optional.of(bootstrapServers);
    }

    /// A broker that runs already and takes no signals from here.
    ///
    /// @param bootstrapServers `host:port`
    public static KafkaBroker elsewhere(String bootstrapServers) {
        return new KafkaBroker(bootstrapServers);
    }

    /// Starts a broker with its data, configuration and log in `dir`, and returns when it answers.
    ///
    /// @throws IllegalStateException if the port is taken, or the broker is not ready within 60 s
    public static KafkaBroker start(Path dir, int port) throws IOException, InterruptedException {
        return start(dir, port, dir.resolve("kafka.log"));
    }

    /// As [#start(Path, int)], with the log elsewhere.
    public static KafkaBroker start(Path dir, int port, Path log) throws IOException, InterruptedException {
        KafkaBroker broker = new KafkaBroker(dir, port, log, Optional.empty());
        broker.restart();
        return broker;
    }

    /// A broker that leaves a cache behind when it ends in order.
    static KafkaBroker train(Path dir, int port, AotCache cache) throws IOException, InterruptedException {
        KafkaBroker broker = new KafkaBroker(dir, port, dir.resolve("kafka.log"), Optional.of(cache));
        broker.restart();
        return broker;
    }

    /// @return `host:port` for `bootstrap.servers`
    public String bootstrapServers() {
        return elsewhere.orElse("127.0.0.1:" + port);
    }

    @Override
    ChildProcess launch() throws IOException {
        if (elsewhere.isPresent()) {
            throw new UnsupportedOperationException("the broker at " + bootstrapServers() + " is not ours to start");
        }
        requireFree(name(), port);
        Path data = Files.createDirectories(dir.resolve("data"));
        Path config = dir.resolve("server.properties");
        try (Writer out = Files.newBufferedWriter(config)) {
            BrokerConfig.of(data, port, controllerPort()).store(out, "written at every start");
        }
        Optional<AotCache> cache = AotCache.Program.BROKER.cache();
        List<String> options = new ArrayList<>(List.of("-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-Dorg.slf4j.simpleLogger.showDateTime=true",
                "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS"));
        options.addAll(training.map(AotCache::trainingOptions).or(() -> cache.map(AotCache::options)).orElse(List.of()));
        return ChildProcess.java(name(), log, options,
                training.or(() -> cache).map(AotCache::environment).orElse(Map.of(ChildProcess.CLASSPATH, classPath())),
                BrokerMain.class.getName(),
                List.of(config.toString(), data.toString(), Uuid.randomUuid().toString()));
    }

    /// Ready is: somebody answers on the port, and its cluster id is the one in our own directory.
    @Override
    void awaitReady(ChildProcess started) throws InterruptedException {
        Path metaProperties = dir.resolve("data").resolve(META_PROPERTIES);
        try {
            started.awaitReady(START_LIMIT, () -> !Ports.isFree(port));
        } catch (IllegalStateException e) {
            throw unreadable(started).map(reason -> new IllegalStateException("""
                    %s was made by a newer Kafka than the broker's (%s). \
                    Remove it, and with it what other parts keep of its topics.""".formatted(dir, reason), e)).orElse(e);
        }
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers(),
                AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 100, AdminClientConfig.RETRY_BACKOFF_MAX_MS_CONFIG, 100))) {
            started.awaitReady(START_LIMIT, () -> {
                var cluster = admin.describeCluster();
                return !cluster.nodes().get(5, TimeUnit.SECONDS).isEmpty()
                        && cluster.clusterId().get(5, TimeUnit.SECONDS).equals(property(metaProperties, "cluster.id"));
            });
        }
    }

    private static Optional<String> unreadable(ChildProcess child) {
        return child.logTail().lines().filter(line -> MADE_BY_NEWER.stream().anyMatch(line::contains)).findFirst();
    }

    /// Our classes that run Kafka, and the broker's own version of it.
    private static String classPath() throws IOException {
        Path target = ProjectDir.find().resolve("target");
        Path jars = target.resolve("broker.classpath");
        if (!Files.exists(jars)) {
            throw new IllegalStateException("no " + jars + ": `mvn process-test-classes` writes it");
        }
        return target.resolve("test-classes") + File.pathSeparator + Files.readString(jars).strip();
    }

    /// The controller's port is written into the quorum when the storage is formatted, so it stays the same for the data.
    private int controllerPort() throws IOException {
        Path config = dir.resolve("controller.port");
        if (!Files.exists(config)) {
            Files.writeString(config, Integer.toString(Ports.free()));
        }
        int controller = Integer.parseInt(Files.readString(config).strip());
        requireFree("kafka's controller", controller);
        return controller;
    }

    private static String property(Path file, String key) throws IOException {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            properties.load(in);
        }
        return properties.getProperty(key, "");
    }
}
