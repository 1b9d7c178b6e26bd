package com.fanfinity.analytics.app;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

import com.fanfinity.analytics.clickhouse.ClickHouse;
import com.fanfinity.analytics.history.History;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.limits.ReadPermits;
import com.fanfinity.analytics.live.MetricsSource;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.pipeline.MatchIndexes;
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
import com.fanfinity.analytics.streams.ReplicaFreshness;

/// The reads of this instance: matches, their list and receipts, from local state, other instances or ClickHouse.
final class ReadSide {

    private final List<Routes> routes;
    private final List<Routes> internalRoutes;
    private final MetricsSource metrics;

    /// @param streams empty if the role streams is off; all reads then go to other instances
    /// @param clickHouse with a timeout that suits requests
    /// @param receiptClickHouse like it, with connections of its own
    ReadSide(Optional<StreamsComponent> streams, PartitionCount partitions, InternalServer instances,
            ClickHouse clickHouse, ClickHouse receiptClickHouse, Clock clock, Meters meters) {
        ReadPermits permits = ReadPermits.ofClients(meters.reads());
        LocalStores stores = streams.map(StreamsComponent::stores).orElseGet(() -> LocalStores.none(partitions));
        MatchLookup lookup = streams.map(StreamsComponent::lookup)
                .orElseGet(() -> new MatchLookup(stores, ReplicaFreshness.NONE, new MatchIndexes(), clock));
        LocalReader localReader = new LocalReader(lookup, new History(clickHouse, permits, meters.history()),
                new Receipts(stores, receiptClickHouse, clock), clock);
        LocalLister localLister = new LocalLister(lookup, clock);
        ForwardingReader reader = new ForwardingReader(localReader, instances.directory(), instances.client(),
                instances.self(),
                matchId -> partitions.getAsInt() == 0
                        ? OptionalInt.empty()
                        : OptionalInt.of(stores.partitionOf(matchId)),
                permits);
        ForwardingLister lister = new ForwardingLister(localLister, instances.directory(), instances.client(),
                instances.self(), permits);
        routes = List.of(new ListRoutes(lister, partitions), new MatchRoutes(reader));
        internalRoutes = List.of(new InternalReadRoutes(localReader, localLister,
                ReadPermits.ofPeers(meters.reads())));
        metrics = new MetricsReader(reader)::metrics;
    }

    List<Routes> routes() {
        return routes;
    }

    /// The routes for other instances, answered from local state only.
    List<Routes> internalRoutes() {
        return internalRoutes;
    }

    MetricsSource metrics() {
        return metrics;
    }
}
