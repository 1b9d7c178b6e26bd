package com.fanfinity.analytics.pipeline;

import java.lang.reflect.Field;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.internals.InternalTopologyBuilder;
import org.apache.kafka.streams.processor.internals.InternalTopologyBuilder.TopicsInfo;
import org.apache.kafka.streams.processor.internals.StoreFactory;
import org.apache.kafka.streams.state.internals.AbstractStoreBuilder;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.kafka.TopicSetup;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.streams.StreamsRunner;

/// The storage of the topology with the default settings: the topics that the service creates, the stores, and the
/// internal topics as Streams makes them.
///
/// @param topics by name, in the order of the code
/// @param stores by name
/// @param internalTopics settings by name; they have as many partitions as `match-events`
record Layout(List<NewTopic> topics, List<Store> stores, SortedMap<String, SortedMap<String, String>> internalTopics) {

    /// @param retention of a window store's entries; zero for a key-value store, whose entries stay until they are
    ///     deleted
    /// @param cached whether writes are gathered in memory until the commit
    record Store(String name, boolean windowed, Duration retention, boolean cached, List<String> usedBy) {}

    private static final Settings SETTINGS = PipelineDriver.settings(Path.of("state"));

    static Layout ofTheCode() {
        return of(SETTINGS);
    }

    static Layout of(Settings settings) {
        Topology topology = PipelineDriver.topology(settings, Clock.systemUTC(),
                new Meters(new SimpleMeterRegistry()));
        InternalTopologyBuilder builder = (InternalTopologyBuilder) field(Topology.class, "internalTopologyBuilder",
                topology);
        StreamsConfig config = new StreamsConfig(StreamsRunner.properties(settings));
        builder.rewriteTopology(config);
        builder.buildTopology(); // the changelogs are known only afterwards
        long additional = config.getLong(StreamsConfig.WINDOW_STORE_CHANGE_LOG_ADDITIONAL_RETENTION_MS_CONFIG);
        Map<String, String> defaults = new TreeMap<>();
        config.originalsWithPrefix(StreamsConfig.TOPIC_PREFIX)
                .forEach((name, value) -> defaults.put(name, value.toString()));
        SortedMap<String, SortedMap<String, String>> internal = new TreeMap<>();
        for (TopicsInfo info : builder.subtopologyToTopicsInfo().values()) {
            info.stateChangelogTopics.forEach(
                    (name, topic) -> internal.put(name, new TreeMap<>(topic.properties(defaults, additional))));
            info.repartitionSourceTopics
                    .forEach(
                            (name, topic) -> internal.put(name, new TreeMap<>(topic.properties(defaults, additional))));
        }
        return new Layout(new TopicSetup(settings.kafka(), PipelineDriver.TOPICS, List.of()).wanted(),
                builder.stateStores().values().stream().map(Layout::store).sorted(Comparator.comparing(Store::name))
                        .toList(),
                internal);
    }

    private static Store store(StoreFactory factory) {
        boolean windowed = factory.isWindowStore();
        boolean cached = (boolean) field(AbstractStoreBuilder.class, "enableCaching", factory.builder());
        return new Store(factory.storeName(), windowed,
                windowed ? Duration.ofMillis(factory.retentionPeriod()) : Duration.ZERO, cached,
                factory.connectedProcessorNames().stream().sorted().toList());
    }

    /// Streams has no other access to these.
    private static Object field(Class<?> type, String name, Object of) {
        try {
            Field field = type.getDeclaredField(name);
            field.setAccessible(true);
            return field.get(of);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("Streams is built otherwise than this version was", e);
        }
    }
}
