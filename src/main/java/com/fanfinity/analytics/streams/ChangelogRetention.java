package com.fanfinity.analytics.streams;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
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
/// The changelog is created with a fixed retention of 5 days, because the topology must never change
/// ({@link MatchTopology}). So this class raises it after the start, also for a longer window or a longer retention of
/// `match-events`.
public final class ChangelogRetention {

    private static final Logger LOG = LoggerFactory.getLogger(ChangelogRetention.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String UNLIMITED = "-1";

    private final Settings.Kafka kafka;
    private final ConfigResource events;
    private final ConfigResource changelog;
    private final Duration kept;

    /// @param events the name of `match-events`
    public ChangelogRetention(Settings settings, String events) {
        this.kafka = settings.kafka();
        this.events = topic(events);
        this.changelog = topic(StreamsRunner.applicationId(kafka) + '-' + StoreNames.SEEN + "-changelog");
        this.kept = MatchTopology.seenRetention(settings.streams().dedupeWindow());
    }

    private static ConfigResource topic(String name) {
        return new ConfigResource(ConfigResource.Type.TOPIC, name);
    }

    /// Raises the retention if it is too short. Call this once the changelog exists. If the broker refuses, this logs a
    /// warning that names the setting.
    public void run() {
        try (Admin admin = KafkaClients.admin(kafka, LIMIT)) {
            raise(admin);
        } catch (ExecutionException | KafkaException e) {
            LOG.atWarn().addKeyValue("topic", changelog.name()).addKeyValue("setting", TopicConfig.RETENTION_MS_CONFIG)
                    .addKeyValue("cause", String.valueOf(e.getCause() == null ? e : e.getCause()))
                    .log("cannot check or raise how long the changelog is kept; if the state is lost, events that are "
                            + "sent again may count twice");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void raise(Admin admin) throws ExecutionException, InterruptedException {
        Map<ConfigResource, Config> found = admin.describeConfigs(List.of(events, changelog)).all().get();
        Map<String, String> changes = changes(requireNonNull(found.get(events)),
                requireNonNull(found.get(changelog)));
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

    private Map<String, String> changes(Config events, Config changelog) {
        Map<String, String> changes = new TreeMap<>();
        long ofEvents = retention(events);
        long needed = ofEvents < Long.MAX_VALUE - kept.toMillis() ? ofEvents + kept.toMillis() : Long.MAX_VALUE;
        if (retention(changelog) < needed) {
            changes.put(TopicConfig.RETENTION_MS_CONFIG,
                    needed == Long.MAX_VALUE ? UNLIMITED : Long.toString(needed));
        }
        if (!changelog.get(TopicConfig.RETENTION_BYTES_CONFIG).value().equals(UNLIMITED)) {
            changes.put(TopicConfig.RETENTION_BYTES_CONFIG, UNLIMITED);
        }
        return changes;
    }

    private static long retention(Config topic) {
        long millis = Long.parseLong(topic.get(TopicConfig.RETENTION_MS_CONFIG).value());
        return millis < 0 ? Long.MAX_VALUE : millis;
    }
}
