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

/// A real Kafka broker (KRaft) on loopback, in its own JVM. Its data survives kill -9.
/// It is its own controller, or belongs to [a cluster][#startCluster(Path, int, Map)]. [#external(String)] is a running
/// broker that this project does not manage.
public final class KafkaBroker extends StackComponent {
    static final String META_PROPERTIES = "meta.properties";
    private static final String CLUSTER_ID = "cluster.id";
    /// Kafka's messages for metadata records or a metadata.version from a newer release.
    private static final List<String> MADE_BY_NEWER = List.of("UnsupportedVersionException: Can't read version",
            "No MetadataVersion with feature level", "Unknown metadata id");
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);
    private static final Duration TRAINING_STOP_LIMIT = Duration.ofMinutes(2);

    private final Path dir;
    private final Path log;
    private final int port;

    private final Optional<AotCache> training;
    private final Optional<String> external;
    private final Optional<KafkaBroker> controller;
    private final BrokerConfig config;

    private KafkaBroker(Path dir, int port, Path log, Optional<AotCache> training, Optional<KafkaBroker> controller,
            BrokerConfig config) {
        super("kafka", training.isPresent() ? TRAINING_STOP_LIMIT : STOP_LIMIT);
        this.training = training;
        this.dir = dir.toAbsolutePath();
        this.port = port;
        this.log = log;
        this.external = Optional.empty();
        this.controller = controller;
        this.config = config;
    }

    private KafkaBroker(String bootstrapServers) {
        super("kafka", STOP_LIMIT);
        this.training = Optional.empty();
        this.dir = Path.of("");
        this.port = 0;
        this.log = dir;
        this.external = Optional.of(bootstrapServers);
        this.controller = Optional.empty();
        this.config = BrokerConfig.ALONE;
    }

    /// A running broker, to which this class sends no signals.
    ///
    /// @param bootstrapServers `host:port`
    public static KafkaBroker external(String bootstrapServers) {
        return new KafkaBroker(bootstrapServers);
    }

    /// Starts a broker with its data, configuration and log in `dir`, and returns when it answers.
    ///
    /// @throws IllegalStateException if the port is in use, or the broker is not ready within 60 s
    public static KafkaBroker start(Path dir, int port) throws IOException, InterruptedException {
        return start(dir, port, dir.resolve("kafka.log"));
    }

    /// Like [#start(Path, int)], with a second listener for clients that log in.
    public static KafkaBroker start(Path dir, int port, SecuredListener secured)
            throws IOException, InterruptedException {
        return start(dir, port, new BrokerConfig(1, Optional.of(secured), Map.of()));
    }

    /// Like [#start(Path, int)], with further settings.
    ///
    /// @param settings they override those of {@link BrokerConfig}
    public static KafkaBroker start(Path dir, int port, Map<String, String> settings)
            throws IOException, InterruptedException {
        return start(dir, port, new BrokerConfig(1, Optional.empty(), settings));
    }

    private static KafkaBroker start(Path dir, int port, BrokerConfig config)
            throws IOException, InterruptedException {
        KafkaBroker broker = new KafkaBroker(dir, port, dir.resolve("kafka.log"), Optional.empty(), Optional.empty(),
                config);
        broker.restart();
        return broker;
    }

    /// Like [#start(Path, int)], with another log file.
    public static KafkaBroker start(Path dir, int port, Path log) throws IOException, InterruptedException {
        KafkaBroker broker = new KafkaBroker(dir, port, log, Optional.empty(), Optional.empty(), BrokerConfig.ALONE);
        broker.restart();
        return broker;
    }

    /// Starts a cluster on free ports. The first broker is also the controller.
    ///
    /// @param settings of every broker; they override those of {@link BrokerConfig}
    public static List<KafkaBroker> startCluster(Path dir, int brokers, Map<String, String> settings)
            throws IOException, InterruptedException {
        List<KafkaBroker> started = new ArrayList<>();
        try {
            for (int id = 1; id <= brokers; id++) {
                Path own = Files.createDirectories(dir.resolve("broker-" + id));
                KafkaBroker broker = new KafkaBroker(own, Ports.free(), own.resolve("kafka.log"), Optional.empty(),
                        started.stream().findFirst(), new BrokerConfig(id, Optional.empty(), settings));
                started.add(broker);
                broker.restart();
            }
            return started;
        } catch (IOException | InterruptedException | RuntimeException e) {
            started.forEach(KafkaBroker::close);
            throw e;
        }
    }

    /// A broker that writes an AOT cache when it shuts down.
    static KafkaBroker train(Path dir, int port, AotCache cache) throws IOException, InterruptedException {
        KafkaBroker broker = new KafkaBroker(dir, port, dir.resolve("kafka.log"), Optional.of(cache), Optional.empty(),
                BrokerConfig.ALONE);
        broker.restart();
        return broker;
    }

    /// @return `host:port` for `bootstrap.servers`
    public String bootstrapServers() {
        return external.orElse("127.0.0.1:" + port);
    }

    /// The address of the listener for clients that log in.
    public String securedServers() {
        return "127.0.0.1:" + config.secured().orElseThrow().port();
    }

    @Override
    ChildProcess launch() throws IOException {
        if (external.isPresent()) {
            throw new UnsupportedOperationException(
                    "The external broker at " + bootstrapServers() + " cannot be started here.");
        }
        requireFree(name(), port);
        Path data = Files.createDirectories(dir.resolve("data"));
        Path file = dir.resolve("server.properties");
        try (Writer out = Files.newBufferedWriter(file)) {
            Properties properties = controller.isPresent()
                    ? config.ofBroker(data, port, controller.get().controllerPort())
                    : config.ofController(data, port, requireFree(controllerPort()));
            properties.store(out, "written at every start");
        }
        Optional<AotCache> cache = AotCache.Program.BROKER.cache();
        List<String> options = new ArrayList<>(
                List.of("-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-Dorg.slf4j.simpleLogger.showDateTime=true",
                        "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS"));
        config.secured().ifPresent(listener -> options.addAll(listener.jvmOptions()));
        options.addAll(
                training.map(AotCache::trainingOptions).or(() -> cache.map(AotCache::options)).orElse(List.of()));
        return ChildProcess.java(name(), log, options,
                training.or(() -> cache).map(AotCache::environment).orElse(Map.of(ChildProcess.CLASSPATH, classPath())),
                BrokerMain.class.getName(),
                List.of(file.toString(), data.toString(), controller.isPresent()
                        ? property(controller.get().metaProperties(), CLUSTER_ID)
                        : Uuid.randomUuid().toString()));
    }

    /// Ready means: the broker on the port answers with the cluster id that is in `dir`.
    @Override
    void awaitReady(ChildProcess started) throws InterruptedException {
        Path metaProperties = metaProperties();
        try {
            started.awaitReady(START_LIMIT, () -> !Ports.isFree(port));
        } catch (IllegalStateException e) {
            throw unreadable(started).map(reason -> new IllegalStateException("""
                    A newer version of Kafka wrote the data in %s (%s). \
                    Delete it, together with the state that other components keep for its topics.""".formatted(dir,
                    reason), e)).orElse(e);
        }
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers(),
                AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 100, AdminClientConfig.RETRY_BACKOFF_MAX_MS_CONFIG,
                100))) {
            started.awaitReady(START_LIMIT, () -> {
                var cluster = admin.describeCluster();
                return !cluster.nodes().get(5, TimeUnit.SECONDS).isEmpty()
                        && cluster.clusterId().get(5, TimeUnit.SECONDS).equals(property(metaProperties, CLUSTER_ID));
            });
        }
    }

    private static Optional<String> unreadable(ChildProcess child) {
        return child.logTail().lines().filter(line -> MADE_BY_NEWER.stream().anyMatch(line::contains)).findFirst();
    }

    /// [BrokerMain] and the broker's own version of Kafka.
    private static String classPath() throws IOException {
        Path target = ProjectDir.find().resolve("target");
        Path jars = target.resolve("broker.classpath");
        if (!Files.exists(jars)) {
            throw new IllegalStateException(jars + " is missing; run: mvn process-test-classes");
        }
        return target.resolve("test-classes") + File.pathSeparator + Files.readString(jars).strip();
    }

    /// Formatting writes the controller's port into the quorum, so the port never changes for the same data.
    private int controllerPort() throws IOException {
        Path config = dir.resolve("controller.port");
        if (!Files.exists(config)) {
            Files.writeString(config, Integer.toString(Ports.free()));
        }
        return Integer.parseInt(Files.readString(config).strip());
    }

    private static int requireFree(int controllerPort) {
        requireFree("kafka's controller", controllerPort);
        return controllerPort;
    }

    private Path metaProperties() {
        return dir.resolve("data").resolve(META_PROPERTIES);
    }

    private static String property(Path file, String key) throws IOException {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            properties.load(in);
        }
        return properties.getProperty(key, "");
    }
}
