package com.fanfinity.analytics.pipeline;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;

import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.internals.LeastOffsetWindowStoreSupplier;
import org.apache.kafka.streams.state.internals.SynchronizedKeyValueStoreSupplier;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.event.EventCodec;
import com.fanfinity.analytics.event.EventRules;
import com.fanfinity.analytics.kafka.Topics;
import com.fanfinity.analytics.metrics.Meters;

/// The topology on one page:
///
/// ```
/// match-events → validate → dedupe → aggregate → match-minutes, match-stats, match-moments
///                   │         └────→ match-events-accepted
///                   └────→ match-events-dead
/// ```
///
/// One sub-topology: all processing of a match happens on its partition, in one transaction, without repartitioning.
public final class MatchTopology {

    static final String SOURCE = "received";
    static final String VALIDATE = "validate";
    static final String DEDUPE = "dedupe";
    static final String AGGREGATE = "aggregate";
    static final String ACCEPTED = "accepted";
    static final String DEAD = "dead-letters";
    static final String PUBLISH_MINUTES = "publish-minutes";
    static final String PUBLISH_STATS = "publish-stats";
    static final String PUBLISH_MOMENTS = "publish-moments";

    /// Never change this: see {@link #seen}.
    private static final String SEEN_CHANGELOG_RETENTION_MS = Long.toString(Duration.ofDays(5).toMillis());

    private MatchTopology() {}

    /// @param source the topic of events
    /// @param indexes receives the index of each partition
    /// @param gate called by stream threads, once per minute and partition
    /// @param provenTime called by stream threads, for each publication
    public static Topology build(Topics topics, Settings.Streams settings, SourceTopic source,
            MatchIndexes indexes, ArchiveGate gate, ProvenTime provenTime, Clock clock, Meters meters) {
        ByteArrayDeserializer in = new ByteArrayDeserializer();
        ByteArraySerializer out = new ByteArraySerializer();
        EventCodec codec = new EventCodec(EventRules.ofRecords());
        Duration window = settings.dedupeWindow();
        PublishRounds rounds = new PublishRounds(settings.publishInterval(),
                PublishQueue.tick(settings.publishInterval()));
        return new Topology()
                .addSource(AutoOffsetReset.earliest(), SOURCE, new ArrivalTime(clock), in, in, topics.events())
                .addProcessor(VALIDATE, () -> new Validation(codec, source, meters), SOURCE)
                .addProcessor(DEDUPE, () -> new Dedupe(window, codec, meters.streams()), VALIDATE)
                .addProcessor(AGGREGATE, () -> new Aggregation(settings, source, indexes, gate, provenTime, rounds,
                        clock, meters), DEDUPE)
                .addStateStore(seen(window), DEDUPE)
                .addStateStore(entries(StoreNames.LEDGER).withCachingEnabled(), VALIDATE, AGGREGATE)
                .addStateStore(entries(StoreNames.STATS).withCachingEnabled(), AGGREGATE)
                .addStateStore(entries(StoreNames.MINUTES).withCachingEnabled(), AGGREGATE)
                .addStateStore(entries(StoreNames.RECENT), AGGREGATE)
                .addStateStore(entries(StoreNames.MOMENTS), AGGREGATE)
                .addSink(DEAD, topics.dead(), out, out, VALIDATE)
                .addSink(ACCEPTED, topics.accepted(), out, out, DEDUPE)
                .addSink(PUBLISH_MINUTES, topics.minutes(), out, out, AGGREGATE)
                .addSink(PUBLISH_STATS, topics.stats(), out, out, AGGREGATE)
                .addSink(PUBLISH_MOMENTS, topics.moments(), out, out, AGGREGATE);
    }

    /// How long the store of identities keeps its entries, in stream time.
    public static Duration seenRetention(Duration dedupeWindow) {
        return Dedupe.retention(dedupeWindow);
    }

    /// Two parts of the store must not depend on the window, so that the window can change:
    ///
    /// - the length of the segments. `Stores.persistentWindowStore` derives it from the retention, and finds no segment
    ///   of another length.
    /// - the settings of the changelog. They belong to the topology, and the broker refuses members with another
    ///   topology than the group's. The value is that of the first releases; the topic itself has another one.
    static StoreBuilder<WindowStore<Bytes, byte[]>> seen(Duration window) {
        long bucket = Dedupe.BUCKET.toMillis();
        return Stores.windowStoreBuilder(
                new LeastOffsetWindowStoreSupplier(StoreNames.SEEN, Dedupe.retention(window).toMillis(), bucket,
                        bucket),
                Serdes.Bytes(), Serdes.ByteArray())
                .withLoggingEnabled(Map.of(TopicConfig.RETENTION_MS_CONFIG, SEEN_CHANGELOG_RETENTION_MS));
    }

    static StoreBuilder<KeyValueStore<Bytes, byte[]>> entries(String name) {
        return Stores.keyValueStoreBuilder(new SynchronizedKeyValueStoreSupplier(name), Serdes.Bytes(),
                Serdes.ByteArray());
    }
}
