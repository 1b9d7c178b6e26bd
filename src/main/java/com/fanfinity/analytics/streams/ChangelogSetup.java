package com.fanfinity.analytics.streams;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.IntSupplier;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.streams.StreamsConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.kafka.KafkaClients;
import com.fanfinity.analytics.pipeline.MatchTopology;
import com.fanfinity.analytics.pipeline.StoreNames;

/// Makes Kafka keep the changelog of known identities long enough. Kafka deletes its records by the clock on the wall,
/// while the topology may be away, without its disk, for as long as `match-events` is kept. When it returns, it must
/// still know every identity of the window.
///
/// The topology must never change ({@link MatchTopology}), so Streams would create the changelog with a fixed retention
/// of 5 days. This class creates it first, and raises the retention of an existing one.
public final class ChangelogSetup {

    private static final Logger LOG = LoggerFactory.getLogger(ChangelogSetup.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String UNLIMITED = "-1";
    private static final String TOPIC_PREFIX = StreamsConfig.topicPrefix("");

    private final Settings settings;
    private final ConfigResource events;
    private final ConfigResource changelog;
    private final Duration kept;
    private final IntSupplier partitions;

    /// @param events the name of `match-events`
    /// @param partitions of `match-events`
    public ChangelogSetup(Settings settings, String events, IntSupplier partitions) {
        this.settings = settings;
        this.events = topic(events);
        this.changelog = topic(
                KafkaClients.streamsGroup(settings.kafka()) + '-' + StoreNames.SEEN + "-changelog");
        this.kept = MatchTopology.seenRetention(settings.streams().dedupeWindow());
        this.partitions = partitions;
    }

    private static ConfigResource topic(String name) {
        return new ConfigResource(ConfigResource.Type.TOPIC, name);
    }

    /// Call this before Streams starts. If the broker refuses, this logs a warning that names the setting, and the
    /// service works without it.
    public void run() throws InterruptedException {
        try (Admin admin = KafkaClients.admin(settings.kafka(), LIMIT)) {
            long needed = needed(config(admin, events));
            boolean exists = admin.listTopics().names().get().contains(changelog.name());
            if (exists || !create(admin, needed)) {
                raise(admin, needed);
            }
        } catch (ExecutionException | KafkaException e) {
            LOG.atWarn().addKeyValue("topic", changelog.name()).addKeyValue("setting", TopicConfig.RETENTION_MS_CONFIG)
                    .addKeyValue("cause", String.valueOf(e.getCause() == null ? e : e.getCause()))
                    .log("cannot check or raise how long the changelog is kept; if the state is lost, repeated events "
                            + "may count twice");
        }
    }

    private static Config config(Admin admin, ConfigResource topic) throws ExecutionException, InterruptedException {
        return requireNonNull(admin.describeConfigs(List.of(topic)).all().get().get(topic));
    }

    private long needed(Config events) {
        long ofEvents = retention(events);
        return ofEvents < Long.MAX_VALUE - kept.toMillis() ? ofEvents + kept.toMillis() : Long.MAX_VALUE;
    }

    private static long retention(Config topic) {
        long millis = Long.parseLong(topic.get(TopicConfig.RETENTION_MS_CONFIG).value());
        return millis < 0 ? Long.MAX_VALUE : millis;
    }

    private static String text(long retention) {
        return retention == Long.MAX_VALUE ? UNLIMITED : Long.toString(retention);
    }

    /// Creates the changelog with the settings that Streams gives that of a window store, apart from the retention.
    ///
    /// @return false if another instance was first
    private boolean create(Admin admin, long needed) throws ExecutionException, InterruptedException {
        Map<String, String> config = new HashMap<>();
        Properties streams = StreamsRunner.properties(settings);
        streams.stringPropertyNames().stream().filter(name -> name.startsWith(TOPIC_PREFIX))
                .forEach(name -> config.put(name.substring(TOPIC_PREFIX.length()), streams.getProperty(name)));
        config.put(TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_COMPACT + ',' + TopicConfig.CLEANUP_POLICY_DELETE);
        config.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime");
        config.put(TopicConfig.RETENTION_MS_CONFIG, text(needed));
        config.put(TopicConfig.RETENTION_BYTES_CONFIG, UNLIMITED);
        try {
            admin.createTopics(List.of(new NewTopic(changelog.name(), partitions.getAsInt(),
                    settings.kafka().replicationFactor()).configs(config))).all().get();
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException) {
                return false;
            }
            throw e;
        }
    }

    private void raise(Admin admin, long needed) throws ExecutionException, InterruptedException {
        Map<String, String> changes = changes(config(admin, changelog), needed);
        if (changes.isEmpty()) {
            return;
        }
        List<AlterConfigOp> set = changes.entrySet().stream()
                .map(change -> new AlterConfigOp(new ConfigEntry(change.getKey(), change.getValue()),
                        AlterConfigOp.OpType.SET))
                .toList();
        admin.incrementalAlterConfigs(Map.of(changelog, set)).all().get();
        LOG.atInfo().addKeyValue("topic", changelog.name()).addKeyValue("config", changes)
                .log("the changelog is kept longer from now on");
    }

    private static Map<String, String> changes(Config changelog, long needed) {
        Map<String, String> changes = new TreeMap<>();
        if (retention(changelog) < needed) {
            changes.put(TopicConfig.RETENTION_MS_CONFIG, text(needed));
        }
        if (!changelog.get(TopicConfig.RETENTION_BYTES_CONFIG).value().equals(UNLIMITED)) {
            changes.put(TopicConfig.RETENTION_BYTES_CONFIG, UNLIMITED);
        }
        return changes;
    }
}
