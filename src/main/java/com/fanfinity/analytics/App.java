package com.fanfinity.analytics;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;

import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.streams.Topology;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.clickhouse.ClickHouse;
import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.deadletters.DeadLetterRoutes;
import com.fanfinity.analytics.event.EventCodec;
import com.fanfinity.analytics.event.EventIds;
import com.fanfinity.analytics.event.EventRules;
import com.fanfinity.analytics.event.Topics;
import com.fanfinity.analytics.history.History;
import com.fanfinity.analytics.http.HttpServer;
import com.fanfinity.analytics.ingest.ConcurrencyLimit;
import com.fanfinity.analytics.ingest.EventPublisher;
import com.fanfinity.analytics.ingest.InFlight;
import com.fanfinity.analytics.ingest.IngestRoutes;
import com.fanfinity.analytics.ledger.LedgerRoutes;
import com.fanfinity.analytics.ledger.LiveLedger;
import com.fanfinity.analytics.ledger.Reconciler;
import com.fanfinity.analytics.ops.HealthRoutes;
import com.fanfinity.analytics.ops.Meters;
import com.fanfinity.analytics.ops.ServiceRoutes;
import com.fanfinity.analytics.ops.TopicSetup;
import com.fanfinity.analytics.ops.TopologyRoutes;
import com.fanfinity.analytics.pipeline.LocalStores;
import com.fanfinity.analytics.pipeline.MatchStats.Status;
import com.fanfinity.analytics.pipeline.MatchTopology;
import com.fanfinity.analytics.pipeline.StreamsRunner;
import com.fanfinity.analytics.pipeline.StreamsStatus;
import com.fanfinity.analytics.query.MatchLookup;
import com.fanfinity.analytics.query.MatchRoutes;
import com.fanfinity.analytics.query.ReceiptRoutes;
import com.fanfinity.analytics.query.Receipts;
import com.fanfinity.analytics.sink.SinkLoop;

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
    private final EventPublisher publisher;
    private final StreamsRunner streams;
    private final KafkaClientMetrics producerMetrics;
    private final KafkaStreamsMetrics streamsMetrics;
    private final SinkLoop sink;
    private final ClickHouse clickHouse;
    private final Reconciler reconciler;
    private final Startup startup;
    private final Health health;
    private final HttpServer http;
    private final Duration share;

    public App(Settings settings) {
        this(settings, Clock.systemUTC());
    }

    App(Settings settings, Clock clock) {
        // Four steps wait, and a little is kept for the rest.
        share = settings.shutdownTimeout().multipliedBy(2).dividedBy(9);
        Topics topics = new Topics(settings.kafka().topicPrefix());
        EventCodec codec = new EventCodec(new EventRules(settings.ingest().maxAhead()));
        EventIds ids = new EventIds(clock, () -> ThreadLocalRandom.current().nextLong());

        Producer<byte[], byte[]> producer = EventPublisher.producer(settings);
        producerMetrics = new KafkaClientMetrics(producer);
        publisher = new EventPublisher(producer, topics.events(), settings.ingest().timeout(), meters);

        Topology topology = MatchTopology.build(topics, settings.streams(), this::storedUpTo, codec, clock, meters);
        streams = new StreamsRunner(topology, settings, meters);
        streamsMetrics = new KafkaStreamsMetrics(streams.streams());
        StreamsStatus status = new StreamsStatus(streams.streams(), meters);
        sink = new SinkLoop(settings, topics, meters);
        clickHouse = new ClickHouse(settings.clickHouse().within(REQUESTS_WAIT), "fanfinity-api");
        LocalStores stores = new LocalStores(streams.streams(), this::partitions);
        LiveLedger ledger = new LiveLedger(stores);
        reconciler = new Reconciler(ledger, clickHouse, topics, clock, meters);
        startup = new Startup(new TopicSetup(settings.kafka(), topics), streams, sink, reconciler, settings.ledger().interval(),
                new Housekeeping(status, reconciler, meters), new ClockWatch(clock, List.of(sink::renew, streams::renewThreads)));
        MatchLookup lookup = new MatchLookup(stores);
        health = new Health(startup, streams, publisher, sink);

        ConcurrencyLimit limit = new ConcurrencyLimit(settings.ingest().latencyTarget(), System::nanoTime,
                bound -> ThreadLocalRandom.current().nextInt(bound), meters);
        http = new HttpServer(settings.http(),
                List.of(new IngestRoutes(codec, ids, publisher, new InFlight(settings.ingest().maxInFlightBytes(), meters), limit, clock,
                        meters),
                        new MatchRoutes(lookup, new History(clickHouse, meters), clock),
                        new ReceiptRoutes(new Receipts(stores, clickHouse, clock),
                                matchId -> status.backlog(topics.events(), stores.partitionOf(matchId))),
                        new LedgerRoutes(ledger, reconciler),
                        new DeadLetterRoutes(clickHouse, settings.adminKey(), codec, publisher, clock, meters),
                        new HealthRoutes(health::live, health::ready, health::startup),
                        new TopologyRoutes(topology.describe()), status, new ServiceRoutes(registry)),
                ids, meters::request, share);
        meters.activeMatches(() -> lookup.all().matches().stream().filter(match -> match.stats().status() == Status.LIVE).count());
        bindPlatformMeters();
    }

    private void bindPlatformMeters() {
        producerMetrics.bindTo(registry);
        streamsMetrics.bindTo(registry);
        gcMetrics.bindTo(registry);
        List.of(new JvmMemoryMetrics(), new JvmThreadMetrics(), new ClassLoaderMetrics(), new ProcessorMetrics(), new UptimeMetrics(),
                new FileDescriptorMetrics()).forEach(binder -> binder.bindTo(registry));
    }

    /// Binds the port and begins to bring up the rest; returns before all of it is there.
    public void start() {
        http.start();
        startup.begin();
        LOG.atInfo().addKeyValue("port", http.port()).log("listening");
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
        step("http", http::close);
        step("startup", startup::close);
        step("publisher", () -> publisher.close(share));
        step("streams", () -> streams.close(share));
        step("sink", () -> sink.close(share));
        step("clickhouse", this::closeClickHouse);
        step("meters", () -> {
            producerMetrics.close();
            streamsMetrics.close();
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

    /// For the topology, which is made before the reconciler and runs after it.
    private OptionalLong storedUpTo(int partition) {
        return reconciler.storedUpTo(partition);
    }

    private static void step(String part, Runnable close) {
        try {
            close.run();
        } catch (RuntimeException e) {
            LOG.atWarn().addKeyValue("part", part).addKeyValue("cause", e.toString()).log("not closed cleanly");
        }
    }
}
