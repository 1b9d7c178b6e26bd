package com.fanfinity.analytics.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.config.SettingsLoader;
import com.fanfinity.analytics.kafka.KafkaClients;
import com.fanfinity.analytics.stack.RealParts;

@Tag("external")
class GroupSetupIT {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void run_twice_setsTheStandbysOfTheGroup(int standbys) throws Exception {
        Settings settings = settings("group-setup-" + standbys + "-", standbys);

        new GroupSetup(settings).run();
        new GroupSetup(settings).run();

        assertEquals(Integer.toString(standbys), standbysOfTheGroup(settings));
    }

    /// A group with its own configuration would otherwise use Kafka's defaults, not those of its broker.
    @Test
    void run_timeoutsOfTheBroker_areCopiedToTheGroup() throws Exception {
        Settings settings = settings("group-times-", 1);

        new GroupSetup(settings).run();

        assertEquals("6000", ofTheGroup(settings, "streams.session.timeout.ms"));
        assertEquals("1500", ofTheGroup(settings, "streams.heartbeat.interval.ms"));
        assertEquals("0", ofTheGroup(settings, "streams.initial.rebalance.delay.ms"));
    }

    @Test
    void run_changedNumber_isSet() throws Exception {
        new GroupSetup(settings("group-changed-", 2)).run();
        Settings settings = settings("group-changed-", 0);

        new GroupSetup(settings).run();

        assertEquals("0", standbysOfTheGroup(settings));
    }

    /// The broker allows 2 by default.
    @Test
    void run_refusedByTheBroker_keepsTheGroupUnchanged() throws Exception {
        Settings settings = settings("group-refused-", 1);
        new GroupSetup(settings).run();
        Settings.Streams plain = settings.streams();
        Settings tooMany = new Settings(settings.roles(), settings.http(), settings.ops(), settings.edge(),
                settings.internal(), settings.kafka(), settings.ingest(),
                new Settings.Streams(plain.stateDir(), plain.threads(), 3, plain.commitInterval(),
                        plain.publishInterval(),
                        plain.dedupeWindow(), plain.archiveAfter(), plain.cacheBytes(), plain.rocksDbBytes()),
                settings.live(), settings.sink(), settings.clickHouse(), settings.ledger(), Duration.ofSeconds(1),
                settings.adminKey(), settings.security());

        new GroupSetup(tooMany).run();

        assertEquals("1", standbysOfTheGroup(settings));
    }

    private static Settings settings(String prefix, int standbys) throws Exception {
        return SettingsLoader
                .load(new HashMap<>(Map.of("KAFKA_BOOTSTRAP_SERVERS", RealParts.broker().bootstrapServers(),
                        "KAFKA_TOPIC_PREFIX", prefix, "STREAMS_STANDBYS", Integer.toString(standbys))));
    }

    private static String standbysOfTheGroup(Settings settings) throws Exception {
        return ofTheGroup(settings, "streams.num.standby.replicas");
    }

    private static String ofTheGroup(Settings settings, String name) throws Exception {
        ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP,
                KafkaClients.streamsGroup(settings.kafka()));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", settings.kafka().bootstrapServers()))) {
            return admin.describeConfigs(List.of(group)).all().get().values().iterator().next().get(name).value();
        }
    }
}
