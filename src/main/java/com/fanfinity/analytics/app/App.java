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
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

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
import com.fanfinity.analytics.history.History;
import com.fanfinity.analytics.http.HttpServer;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.kafka.TopicSetup;
import com.fanfinity.analytics.kafka.Topics;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.pipeline.MatchTopology;
import com.fanfinity.analytics.query.ForwardingLister;
import com.fanfinity.analytics.query.ForwardingReader;
import com.fanfinity.analytics.query.InternalReadRoutes;
import com.fanfinity.analytics.query.ListRoutes;
import com.fanfinity.analytics.query.LocalLister;
import com.fanfinity.analytics.query.LocalReader;
import com.fanfinity.analytics.query.MatchLookup;
import com.fanfinity.analytics.query.MatchRoutes;
import com.fanfinity.analytics.query.MetricsReader;
import com.fanfinity.analytics.query.Receipts;
import com.fanfinity.analytics.streams.LocalStores;

/// The composition root: makes the parts, starts them in order, closes them in reverse.
///
/// HTTP is there first, so that health can be asked while the rest comes up; Kafka and ClickHouse are waited for in the
/// background, for as long as it takes, each without the other.
public final class App implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(App.class);

    /// How long a request, or the reconciler, waits for ClickHouse.
    private static final Duration REQUESTS_WAIT = Duration.ofSeconds(5);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Meters meters = new Meters(registry);
    private final JvmGcMetrics gcMetrics = new JvmGcMetrics();
    private final ClickHouse clickHouse;
    private final InternalServer interconnect;
    private final Optional<StreamsComponent> streams;
    private final Map<Role, RoleComponent> parts = new EnumMap<>(Role.class);
    private final Startup startup;
    private final Health health;
    private final HttpServer http;
    private final ClockStepDetector clockSteps;
    private final Duration share;

    /// @param onClockSetBack runs if the clock is set back; the process must then end, because Kafka's clients no longer work
    public App(Settings settings, Clock clock, Runnable onClockSetBack) {
        // Four steps wait, and a little is kept for the rest.
        share = settings.shutdownTimeout().multipliedBy(2).dividedBy(9);
        Topics topics = Topics.of(settings.kafka().topicPrefix(), settings.kafka().eventsTopic());
        EventCodec codec = new EventCodec(new EventRules(settings.ingest().maxAhead()));
        EventIds ids = new EventIds(clock, () -> ThreadLocalRandom.current().nextLong());

        Topology topology = MatchTopology.build(topics, settings.streams(), this::storedUpTo, codec, clock, meters);
        clickHouse = new ClickHouse(settings.clickHouse().within(REQUESTS_WAIT), "fanfinity-api");
        interconnect = new InternalServer(settings, meters);
        Optional<IngestComponent> ingest = part(settings, Role.INGEST,
                () -> new IngestComponent(settings, topics, codec, ids, clock, meters, this::partitions));
        streams = part(settings, Role.STREAMS,
                () -> new StreamsComponent(settings, topics, topology, clickHouse, interconnect.admin(), clock, meters, this::partitions));
        part(settings, Role.SINK, () -> new SinkComponent(settings, topics, meters));
        LocalStores stores = streams.map(StreamsComponent::stores).orElseGet(() -> LocalStores.none(this::partitions));
        MatchLookup lookup = streams.map(StreamsComponent::lookup)
                .orElseGet(() -> new MatchLookup(stores, (_, _) -> Optional.empty(), clock));
        LocalReader localReader = new LocalReader(lookup, new History(clickHouse, meters), new Receipts(stores, clickHouse, clock), clock);
        ForwardingReader reader = new ForwardingReader(localReader, interconnect.directory(), interconnect.client(), interconnect.self(),
                matchId -> partitions() == 0 ? OptionalInt.empty() : OptionalInt.of(stores.partitionOf(matchId)));
        LocalLister localLister = new LocalLister(lookup, clock);
        ForwardingLister lister = new ForwardingLister(localLister, interconnect.directory(), interconnect.client(), interconnect.self());
        part(settings, Role.LIVE, () -> new LiveComponent(settings, topics, interconnect.admin(),
                new MetricsReader(reader)::metrics, clock, meters));
        interconnect.answer(List.of(new InternalReadRoutes(localReader, localLister)), ids, share);
        // The streams last: new threads take their time.
        startup = new Startup(new TopicSetup(settings.kafka(), topics), parts.values());
        clockSteps = new ClockStepDetector(clock, onClockSetBack);
        health = new Health(parts.values(), this::partitions);

        List<Routes> routes = new ArrayList<>(List.of(new ListRoutes(lister, this::partitions, clock), new MatchRoutes(reader),
                new DeadLetterRoutes(clickHouse, settings.adminKey(), codec, ingest.map(IngestComponent::publisher), clock, meters),
                new HealthRoutes(health::live, health::ready, health::startup), new TopologyRoutes(topology.describe()),
                new StreamsRoutes(streams.map(StreamsComponent::status), interconnect.directory()),
                new ServiceRoutes(registry, () -> health.sample(meters), settings.roles().contains(Role.LIVE))));
        parts.values().forEach(part -> routes.addAll(part.routes()));
        http = new HttpServer(settings.http(), routes, parts.values().stream().flatMap(part -> part.directs().stream()).toList(), ids,
                meters.http()::request, share);
        bindPlatformMeters(settings.streams().stateDir());
    }

    /// The role's part if it is on; else nothing of it is made, and {@link PartOff} stands in its place.
    private <P extends RoleComponent> Optional<P> part(Settings settings, Role role, Supplier<P> make) {
        if (!settings.roles().contains(role)) {
            parts.put(role, new DisabledRole(role));
            return Optional.empty();
        }
        P part = make.get();
        parts.put(role, part);
        return Optional.of(part);
    }

    private void bindPlatformMeters(Path stateDir) {
        gcMetrics.bindTo(registry);
        List.of(new JvmMemoryMetrics(), new JvmThreadMetrics(), new ClassLoaderMetrics(), new ProcessorMetrics(), new UptimeMetrics(),
                new FileDescriptorMetrics()).forEach(binder -> binder.bindTo(registry));
        if (streams.isPresent()) {
            new DiskSpaceMetrics(stateDir.toFile()).bindTo(registry);
        }
    }

    /// Binds the port and begins to bring up the rest; returns before all of it is there.
    public void start() {
        http.start();
        interconnect.start();
        startup.begin();
        clockSteps.start();
        LOG.atInfo().addKeyValue("port", http.port())
                .addKeyValue("roles",
                        parts.entrySet().stream().filter(entry -> !(entry.getValue() instanceof DisabledRole)).map(Map.Entry::getKey)
                                .toList())
                .log("listening");
    }

    public int port() {
        return http.port();
    }

    /// Stops taking requests, finishes those under way, commits what was taken, stores what was read. Each step has a share of the
    /// time at most, and none keeps the next from being taken; what is not done by then is done by the next start.
    @Override
    public void close() {
        LOG.info("closing");
        health.closing();
        parts.forEach((role, part) -> step(role.wireName(), part::endAnswers));
        step("clock step detector", clockSteps::close);
        step("http", http::close);
        step("startup", startup::close);
        parts.forEach((role, part) -> step(role.wireName(), () -> part.close(share)));
        step("interconnect", interconnect::close);
        step("clickhouse", this::closeClickHouse);
        step("meters", () -> {
            gcMetrics.close();
            registry.close();
        });
        LOG.info("closed");
    }

    private void closeClickHouse() {
        try {
            clickHouse.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private int partitions() {
        return startup.partitions();
    }

    /// For the topology, which is made before what knows it.
    private OptionalLong storedUpTo(int partition) {
        return streams.map(part -> part.storedUpTo(partition)).orElseGet(OptionalLong::empty);
    }

    private static void step(String part, Runnable close) {
        try {
            close.run();
        } catch (RuntimeException e) {
            LOG.atWarn().addKeyValue("part", part).addKeyValue("cause", e.toString()).log("not closed cleanly");
        }
    }
}
