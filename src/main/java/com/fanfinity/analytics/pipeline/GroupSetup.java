package com.fanfinity.analytics.pipeline;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.config.Settings;

/// Sets what the group of all instances' stream threads is to do. With `group.protocol=streams` the broker assigns tasks, and how many
/// standbys it assigns is a property of the group, not of a client.
public final class GroupSetup {

    private static final Logger LOG = LoggerFactory.getLogger(GroupSetup.class);
    static final String STANDBYS = "streams.num.standby.replicas";
    private static final int API_TIMEOUT_MS = 10_000;
    private static final int REQUEST_TIMEOUT_MS = 5_000;

    private final Settings.Kafka kafka;
    private final int standbys;

    public GroupSetup(Settings settings) {
        this.kafka = settings.kafka();
        this.standbys = settings.streams().standbys();
    }

    /// Sets what is not as it should be. If the broker refuses, that is told, and the group stays as it is: all works without standbys,
    /// only slower when an instance is lost.
    public void run() throws InterruptedException {
        Map<String, Object> config = new HashMap<>(kafka.clientConfig());
        config.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, API_TIMEOUT_MS);
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
        try (Admin admin = Admin.create(config)) {
            set(admin);
        } catch (ExecutionException | KafkaException e) {
            LOG.atWarn().addKeyValue("standbys", standbys).addKeyValue("cause", String.valueOf(e.getCause() == null ? e : e.getCause()))
                    .log("the number of standbys cannot be set on the group; it stays as it is");
        }
    }

    private void set(Admin admin) throws ExecutionException, InterruptedException {
        ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP, StreamsRunner.applicationId(kafka));
        ConfigEntry now = requireNonNull(admin.describeConfigs(List.of(group)).all().get().get(group)).get(STANDBYS);
        String wanted = Integer.toString(standbys);
        if (now != null && wanted.equals(now.value())) {
            return;
        }
        AlterConfigOp set = new AlterConfigOp(new ConfigEntry(STANDBYS, wanted), AlterConfigOp.OpType.SET);
        admin.incrementalAlterConfigs(Map.of(group, List.of(set))).all().get();
        LOG.atInfo().addKeyValue("group", group.name()).addKeyValue("standbys", standbys).log("number of standbys set");
    }
}
