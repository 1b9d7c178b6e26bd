package com.fanfinity.analytics.app;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.IntSupplier;

import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;

import com.fanfinity.analytics.clickhouse.ClickHouse;
import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.kafka.Topics;
import com.fanfinity.analytics.ledger.LedgerRoutes;
import com.fanfinity.analytics.ledger.LocalLedger;
import com.fanfinity.analytics.ledger.Reconciler;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.pipeline.MatchIndexes;
import com.fanfinity.analytics.query.MatchLookup;
import com.fanfinity.analytics.streams.ChangelogSetup;
import com.fanfinity.analytics.streams.EndOffsets;
import com.fanfinity.analytics.streams.Freshness;
import com.fanfinity.analytics.streams.GroupSetup;
import com.fanfinity.analytics.streams.LocalStores;
import com.fanfinity.analytics.streams.Readiness;
import com.fanfinity.analytics.streams.StreamsRunner;
import com.fanfinity.analytics.streams.StreamsStatus;

/// The role `streams`: the topology, its state stores and the ledger.
final class StreamsComponent implements RoleComponent {

    private final GroupSetup group;
    private final ChangelogSetup changelogs;
    private final StreamsRunner streams;
    private final KafkaStreamsMetrics streamsMetrics;
    private final StreamsStatus status;
    private final LocalStores stores;
    private final Freshness freshness;
    private final MatchLookup lookup;
    private final LedgerRoutes ledgerRoutes;
    private final Reconciler reconciler;
    private final Duration reconcileInterval;
    private final MetricsSampler sampler;

    /// @param indexes that the topology fills
    /// @param clickHouse with a timeout that suits requests
    /// @param endOffsets closed with this component
    /// @param partitions of `match-events`; 0 until the topics exist
    StreamsComponent(Settings settings, Topics topics, Topology topology, MatchIndexes indexes,
            DeferredArchiveGate archiveGate,
            ClickHouse clickHouse, EndOffsets endOffsets, Clock clock, Meters meters,
            IntSupplier partitions) {
        group = new GroupSetup(settings);
        changelogs = new ChangelogSetup(settings, topics.events(), partitions);
        streams = new StreamsRunner(topology, settings, meters);
        streamsMetrics = new KafkaStreamsMetrics(streams.streams());
        streamsMetrics.bindTo(meters.registry());
        stores = new LocalStores(streams.streams(), partitions);
        LocalLedger ledger = new LocalLedger(stores, indexes);
        reconciler = new Reconciler(ledger, clickHouse, topics, clock, meters.ledger());
        archiveGate.connect(reconciler::storedUpTo);
        reconcileInterval = settings.ledger().interval();
        ledgerRoutes = new LedgerRoutes(ledger, reconciler);
        freshness = new Freshness(endOffsets, streams.streams(), stores, topics.events());
        status = new StreamsStatus(streams.streams(), meters, freshness);
        sampler = new MetricsSampler(List.of(streams::sample, status::sample, reconciler::sample), meters.matches());
        lookup = new MatchLookup(stores, freshness, indexes, clock);
        meters.matches().active(indexes::liveMatches);
        meters.matches().overdue(() -> indexes.overdueMatches(clock));
        meters.matches().indexed(indexes::matches, indexes::dropped);
    }

    LocalStores stores() {
        return stores;
    }

    MatchLookup lookup() {
        return lookup;
    }

    StreamsStatus status() {
        return status;
    }

    @Override
    public List<Routes> routes() {
        return List.of(ledgerRoutes);
    }

    @Override
    public List<Routes> opsRoutes() {
        return List.of(ledgerRoutes);
    }

    @Override
    public void start() throws InterruptedException {
        group.run();
        changelogs.run();
        streams.start();
        freshness.start();
        reconciler.start(reconcileInterval);
        sampler.start();
    }

    @Override
    public Map<String, CheckResult> live() {
        return Map.of("streams", alive(streams.streams().state()));
    }

    static CheckResult alive(KafkaStreams.State state) {
        return state == KafkaStreams.State.ERROR
                ? CheckResult.down("in the state ERROR; only a restart helps")
                : CheckResult.up("state " + state);
    }

    @Override
    public Map<String, CheckResult> ready() {
        return Map.of("stores", stores(streams.checkReadiness(), streams.threadFailedRecently()));
    }

    @Override
    public Map<String, CheckResult> startup() {
        return Map.of("streams", streams.hasRun() ? CheckResult.up("started") : CheckResult.down("not running yet"));
    }

    static CheckResult stores(Readiness readiness, boolean threadFailedRecently) {
        if (threadFailedRecently) {
            String failing = "stream threads fail and are replaced; see the log";
            return readiness instanceof Readiness.Ready ? CheckResult.degraded(failing) : CheckResult.down(failing);
        }
        return switch (readiness) {
            case Readiness.Ready() -> CheckResult.up("queryable");
            case Readiness.Restoring(long records, int of) ->
                CheckResult.down(String.format(Locale.ROOT, "restoring %d stores, %,d records remaining", of, records));
            case Readiness.WarmingUp(OptionalLong lag) -> CheckResult.down(lag.isEmpty()
                    ? "waiting for standbys to catch up"
                    : String.format(Locale.ROOT, "waiting for standbys to catch up, %,d records remaining",
                            lag.getAsLong()));
            case Readiness.Unassigned() -> CheckResult.down("no partition assigned yet");
            case Readiness.NotRunning(KafkaStreams.State state) ->
                CheckResult.down("streams are in the state " + state);
        };
    }

    @Override
    public void close(Duration limit) {
        sampler.close();
        reconciler.close();
        freshness.close();
        streams.close(limit);
        streamsMetrics.close();
    }
}
