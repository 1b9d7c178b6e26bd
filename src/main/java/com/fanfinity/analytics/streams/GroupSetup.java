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
import org.apache.kafka.clients.admin.ConfigEntry.ConfigSource;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.kafka.KafkaClients;

/// Sets the number of standbys on the streams group, which all instances form together. With `group.protocol=streams`
/// the broker assigns tasks, and the number of standbys is a property of the group, not of a client.
public final class GroupSetup {

    private static final Logger LOG = LoggerFactory.getLogger(GroupSetup.class);
    static final String STANDBYS = "streams.num.standby.replicas";
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Settings.Kafka kafka;
    private final int standbys;

    public GroupSetup(Settings settings) {
        this.kafka = settings.kafka();
        this.standbys = settings.streams().standbys();
    }

    /// Sets every property that differs from its wanted value. If the broker refuses, this logs a warning and leaves
    /// the group as it is. The service also works without standbys, but the loss of an instance interrupts its
    /// partitions for longer.
    public void run() throws InterruptedException {
        try (Admin admin = KafkaClients.admin(kafka, LIMIT)) {
            set(admin);
        } catch (ExecutionException | KafkaException e) {
            LOG.atWarn().addKeyValue("standbys", standbys)
                    .addKeyValue("cause", String.valueOf(e.getCause() == null ? e : e.getCause()))
                    .log("cannot set the number of standbys on the group; the group keeps its configuration");
        }
    }

    private void set(Admin admin) throws ExecutionException, InterruptedException {
        ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP, KafkaClients.streamsGroup(kafka));
        int node = admin.describeCluster().nodes().get().iterator().next().id();
        ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, Integer.toString(node));
        Map<ConfigResource, Config> now = admin.describeConfigs(List.of(group, broker)).all().get();
        Map<String, String> changes = changes(requireNonNull(now.get(group)), requireNonNull(now.get(broker)));
        if (changes.isEmpty()) {
            return;
        }
        List<AlterConfigOp> set = changes.entrySet().stream()
                .map(change -> new AlterConfigOp(new ConfigEntry(change.getKey(), change.getValue()),
                        AlterConfigOp.OpType.SET))
                .toList();
        admin.incrementalAlterConfigs(Map.of(group, set)).all().get();
        LOG.atInfo().addKeyValue("group", group.name()).addKeyValue("config", changes)
                .log("set the configuration of the group");
    }

    /// The number of standbys, and the broker's values of `group.streams.*`. A group with its own configuration no
    /// longer follows those (in Kafka 4.2 its session timeout becomes 45 s, independent of the broker), so they are
    /// copied to the group.
    private Map<String, String> changes(Config group, Config broker) {
        Map<String, String> changes = new TreeMap<>();
        for (ConfigEntry entry : group.entries()) {
            ConfigEntry ofBroker = broker.get("group." + entry.name());
            if (entry.name().equals(STANDBYS)) {
                changes.put(STANDBYS, Integer.toString(standbys));
            } else if (entry.name().startsWith("streams.") && entry.source() == ConfigSource.DEFAULT_CONFIG
                    && ofBroker != null) {
                changes.put(entry.name(), ofBroker.value());
            }
        }
        group.entries().forEach(entry -> changes.remove(entry.name(), entry.value()));
        return changes;
    }
}
