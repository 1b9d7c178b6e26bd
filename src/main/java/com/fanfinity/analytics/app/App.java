package com.fanfinity.analytics.app;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.DiskSpaceMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.apache.kafka.streams.Topology;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.clickhouse.ClickHouse;
import com.fanfinity.analytics.config.Role;
import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.deadletters.DeadLetterRoutes;
import com.fanfinity.analytics.event.EventCodec;
import com.fanfinity.analytics.event.EventIds;
import com.fanfinity.analytics.event.EventRules;
import com.fanfinity.analytics.http.Access;
import com.fanfinity.analytics.http.AnswerBudget;
import com.fanfinity.analytics.http.Gate;
import com.fanfinity.analytics.http.HttpServer;
import com.fanfinity.analytics.http.ListenerOptions;
import com.fanfinity.analytics.http.RouteTable;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.kafka.GrantCheck;
import com.fanfinity.analytics.kafka.Grants;
import com.fanfinity.analytics.kafka.KafkaClients;
import com.fanfinity.analytics.kafka.TopicSetup;
import com.fanfinity.analytics.kafka.Topics;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.pipeline.MatchIndexes;
import com.fanfinity.analytics.pipeline.MatchTopology;
import com.fanfinity.analytics.streams.EndOffsets;
import com.fanfinity.analytics.streams.EventsTopic;
import com.fanfinity.analytics.streams.StreamsRunner;
import com.fanfinity.analytics.tls.TlsCertificate;

/// The composition root: creates the components, starts them in order, and closes them in reverse.
///
/// HTTP starts first, so that health can be queried during start-up. Kafka and ClickHouse are awaited in the
/// background, without a time limit and independently of each other.
public final class App implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(App.class);

    /// The timeout of ClickHouse queries for requests and for the reconciler.
    private static final Duration CLICKHOUSE_TIMEOUT = Duration.ofSeconds(5);

    /// Operators and scrapers, not clients. No address can take the connections of probes.
    private static final int OPS_CONNECTIONS = 128;
    private static final int OPS_CONNECTIONS_PER_ADDRESS = 64;

    private static final Duration OPS_IDLE_TIMEOUT = Duration.ofSeconds(75);

    private static final Duration OPS_DRAIN = Duration.ofSeconds(1);

    /// Two of them accept and select. A scrape keeps one busy for 0.1 s.
    private static final int OPS_THREADS = 8;

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Meters meters = new Meters(registry);
    private final JvmGcMetrics gcMetrics = new JvmGcMetrics();
    private final ClickHouse clickHouse;
    private final ClickHouse receiptClickHouse;
    private final ClickHouse adminClickHouse;
    private final SecurityComponent security;
    private final InternalServer internal;
    private final Map<Role, RoleComponent> components = new EnumMap<>(Role.class);
    private final Startup startup;
    private final KafkaAccessComponent kafkaAccess;
    private final Health health;
    private final HttpServer http;
    private final HttpServer ops;
    private final Optional<TlsCertificate> certificate;
    private final ClockStepDetector clockSteps;
    private final Duration closeLimit;

    /// @param onClockSetBack runs if the clock is set back; the process must then end, because Kafka's clients no
    ///     longer work
    public App(Settings settings, Clock clock, Runnable onClockSetBack) {
        // Four steps of close() can wait this long. The remaining ninth is for all other steps.
        closeLimit = settings.shutdownTimeout().multipliedBy(2).dividedBy(9);
        Topics topics = Topics.of(settings.kafka().topicPrefix(), settings.kafka().eventsTopic());
        EventCodec codec = new EventCodec(
                new EventRules(settings.ingest().maxAhead(), settings.ingest().fansMaxAhead()));
        EventIds ids = new EventIds(clock, () -> ThreadLocalRandom.current().nextLong());
        PartitionCount partitions = new PartitionCount();
        DeferredArchiveGate archiveGate = new DeferredArchiveGate();
        internal = new InternalServer(settings, clock, meters);
        EndOffsets endOffsets = new EndOffsets(internal.admin(), topics.events(), settings.kafka(), clock,
                meters.streams());
        MatchIndexes indexes = new MatchIndexes();
        Topology topology = MatchTopology.build(topics, settings.streams(),
                new EventsTopic(internal.admin(), topics.events(), partitions), indexes, archiveGate, endOffsets,
                clock, meters);
        // A client has a bounded number of connections. Receipts, which anyone can request, leave those of archived
        // matches and of operators alone.
        clickHouse = new ClickHouse(settings.clickHouse().forReads().within(CLICKHOUSE_TIMEOUT), "fanfinity-api");
        receiptClickHouse = new ClickHouse(settings.clickHouse().forReads().within(CLICKHOUSE_TIMEOUT),
                "fanfinity-receipts");
        adminClickHouse = new ClickHouse(settings.clickHouse().within(CLICKHOUSE_TIMEOUT), "fanfinity-admin");

        Optional<IngestComponent> ingest = component(settings, Role.INGEST,
                () -> new IngestComponent(settings, topics, codec, ids, clock, meters, partitions));
        Optional<StreamsComponent> streams = component(settings, Role.STREAMS,
                () -> new StreamsComponent(settings, topics, topology, indexes,
                        archiveGate, clickHouse, endOffsets, clock, meters, partitions));
        ReadSide reads = new ReadSide(streams, partitions, internal, clickHouse, receiptClickHouse, clock, meters);
        component(settings, Role.SINK, () -> new SinkComponent(settings, topics, meters));
        Optional<LiveComponent> live = component(settings, Role.LIVE,
                () -> new LiveComponent(settings, topics, internal.admin(), reads.metrics(), clock, meters));
        security = new SecurityComponent(settings, clock, meters);
        live.ifPresent(streaming -> security.watch(streaming::endStreamsIf));
        TopicSetup topicSetup = new TopicSetup(settings.kafka(), topics,
                streams.isPresent() ? StreamsRunner.changelogs(topology, settings.kafka()) : List.of());
        startup = new Startup(topicSetup, components.values(), partitions);
        kafkaAccess = new KafkaAccessComponent(
                new GrantCheck(internal.admin(), Grants.of(settings.roles(), settings.kafka()),
                        KafkaClients.streamsGroup(settings.kafka()),
                        StreamsRunner.changelogs(topology, settings.kafka())),
                () -> partitions.getAsInt() > 0, startup::obstacle, meters.instance());
        health = new Health(Stream.concat(components.values().stream(), Stream.of(security, kafkaAccess)).toList(),
                partitions, startup::obstacle);
        clockSteps = new ClockStepDetector(clock, onClockSetBack);

        MetricsPage metricsPage = new MetricsPage(() -> {
            health.sample(meters.instance());
            return registry.scrape();
        }, System::nanoTime);
        List<Routes> observation = List.of(new HealthRoutes(health::live, health::ready, health::startup),
                new TopologyRoutes(topology.describe()),
                new StreamsRoutes(streams.map(StreamsComponent::status), internal.directory()));
        List<Routes> opsRoutes = new ArrayList<>(observation);
        opsRoutes.add(new ServiceRoutes(metricsPage, false));
        components.values().forEach(component -> opsRoutes.addAll(component.opsRoutes()));
        List<Routes> routes = new ArrayList<>(reads.routes());
        routes.addAll(observation);
        routes.addAll(List.of(
                new DeadLetterRoutes(adminClickHouse, codec, ingest.map(IngestComponent::publisher), clock,
                        meters.deadLetters()),
                new ServiceRoutes(metricsPage, settings.roles().contains(Role.LIVE))));
        components.values().forEach(component -> routes.addAll(component.routes()));
        internal.serve(reads.internalRoutes(), ids, closeLimit);
        certificate = settings.edge().tls().map(tls -> new TlsCertificate(tls, meters.http()));
        String advertised = settings.internal().advertisedHost();
        http = new HttpServer(settings.http(),
                ListenerOptions.publicListener(settings.edge(), advertised, certificate), routes,
                components.values().stream().flatMap(component -> component.streamingEndpoints().stream()).toList(),
                Optional.of(security.gate()), ids, meters.http(),
                new AnswerBudget(settings.http().maxAnswerBytes(), new AnswerMeters(meters.http())),
                closeLimit);
        ops = new HttpServer(
                new Settings.Http(settings.ops().host(), settings.ops().port(), OPS_CONNECTIONS,
                        OPS_CONNECTIONS_PER_ADDRESS, OPS_IDLE_TIMEOUT, settings.http().maxAnswerBytes()),
                ListenerOptions.operatorsListener(settings.edge(), advertised, OPS_THREADS), opsRoutes, List.of(),
                Optional.of(Gate.onlyFor(Access.OPEN, Access.OPS)), ids,
                (method, endpoint, status, took, problem) -> meters.http().request(method, "ops " + endpoint, status,
                        took, problem),
                new AnswerBudget(settings.http().maxAnswerBytes(), AnswerBudget.AnswerMeter.NONE), OPS_DRAIN);
        bindPlatformMeters(streams.map(_ -> settings.streams().stateDir()));
    }

    /// Creates the component of a role that is on, and a {@link DisabledRole} otherwise.
    private <C extends RoleComponent> Optional<C> component(Settings settings, Role role, Supplier<C> constructor) {
        if (!settings.roles().contains(role)) {
            components.put(role, new DisabledRole(role));
            return Optional.empty();
        }
        C component = constructor.get();
        components.put(role, component);
        return Optional.of(component);
    }

    private void bindPlatformMeters(Optional<Path> stateDir) {
        gcMetrics.bindTo(registry);
        List.of(new JvmMemoryMetrics(), new JvmThreadMetrics(), new ClassLoaderMetrics(), new ProcessorMetrics(),
                new UptimeMetrics(),
                new FileDescriptorMetrics()).forEach(binder -> binder.bindTo(registry));
        stateDir.ifPresent(directory -> new DiskSpaceMetrics(directory.toFile()).bindTo(registry));
    }

    /// Binds the ports and starts the rest in the background.
    public void start() {
        http.start();
        ops.start();
        certificate.ifPresent(TlsCertificate::start);
        internal.start();
        security.start();
        kafkaAccess.start();
        startup.start();
        clockSteps.start();
        LOG.atInfo().addKeyValue("port", http.port()).addKeyValue("opsPort", ops.port())
                .addKeyValue("roles",
                        components.entrySet().stream().filter(entry -> !(entry.getValue() instanceof DisabledRole))
                                .map(Map.Entry::getKey)
                                .toList())
                .log("listening");
    }

    /// All routes of the clients' port with the access that each requires.
    RouteTable routes() {
        return http.routeTable();
    }

    /// All routes of the port for other instances; empty if it is off.
    Optional<RouteTable> internalRoutes() {
        return internal.routes();
    }

    public int port() {
        return http.port();
    }

    /// The port of the operators' listener.
    public int opsPort() {
        return ops.port();
    }

    /// Stops accepting requests, finishes those in progress, commits processed events and stores rows that were read.
    /// Each step has a bounded share of the shutdown timeout, and a failing step does not prevent the next. The next
    /// start completes unfinished work.
    @Override
    public void close() {
        LOG.info("closing");
        health.markClosing();
        components.forEach((role, component) -> close(role.wireName(), component::endStreams));
        close("clock step detector", clockSteps::close);
        close("http", http::close);
        close("operators' listener", ops::close);
        certificate.ifPresent(tls -> close("certificate", tls::close));
        close("startup", startup::close);
        close("kafka access", () -> kafkaAccess.close(closeLimit));
        components.forEach((role, component) -> close(role.wireName(), () -> component.close(closeLimit)));
        close("internal server", internal::close);
        close("security", () -> security.close(closeLimit));
        List.of(clickHouse, receiptClickHouse, adminClickHouse)
                .forEach(client -> close("clickhouse", () -> closeClickHouse(client)));
        close("meters", () -> {
            gcMetrics.close();
            registry.close();
        });
        LOG.info("closed");
    }

    private static void closeClickHouse(ClickHouse client) {
        try {
            client.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void close(String component, Runnable close) {
        try {
            close.run();
        } catch (RuntimeException e) {
            LOG.atWarn().addKeyValue("component", component).addKeyValue("cause", e.toString())
                    .log("not closed cleanly");
        }
    }
}
