package com.fanfinity.analytics.streams;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.config.SettingsLoader;
import com.fanfinity.analytics.stack.RealParts;

@Tag("external")
class ChangelogSetupIT {

    private static final long DAY = Duration.ofDays(1).toMillis();

    private static Map<String, Object> broker() {
        return Map.of("bootstrap.servers", RealParts.broker().bootstrapServers());
    }

    /// The window and its bucket are 4 days. The first line is a changelog of an earlier version.
    @ParameterizedTest
    @CsvSource({"a, 7, 5, 11", "b, 7, 11, 11", "c, 7, 20, 20", "d, 30, 11, 34", "e, 7, -1, -1", "f, -1, 11, -1"})
    void run_changelogKeptForSomeTime_isKeptForTheWindowAndTheEvents(String name, long events, long changelog,
            long expected) throws Exception {
        Settings settings = settings("retention-" + name + "-");
        create(settings, Map.of("retention.ms", millis(events)), Map.of("retention.ms", millis(changelog)));

        setup(settings).run();

        assertEquals(millis(expected), changelog(settings).get("retention.ms").value());
    }

    @Test
    void run_changelogBoundByItsSize_removesTheBound() throws Exception {
        Settings settings = settings("retention-size-");
        create(settings, Map.of(), Map.of("retention.ms", millis(11), "retention.bytes", "1000000"));

        setup(settings).run();

        assertEquals("-1", changelog(settings).get("retention.bytes").value());
        assertEquals(millis(11), changelog(settings).get("retention.ms").value());
    }

    /// Streams would create it with a retention of 5 days. All other settings are those of Streams.
    @Test
    void run_changelogDoesNotExist_createsIt() throws Exception {
        Settings settings = settings("retention-none-");
        try (Admin admin = Admin.create(broker())) {
            admin.createTopics(List.of(new NewTopic("retention-none-match-events", 3, (short) 1)
                    .configs(Map.of("retention.ms", millis(7))))).all().get();

            setup(settings).run();

            assertEquals(3, requireNonNull(admin.describeTopics(List.of(changelogOf(settings))).allTopicNames().get()
                    .get(changelogOf(settings))).partitions().size());
        }
        assertEquals("compact,delete", changelog(settings).get("cleanup.policy").value());
        assertEquals("CreateTime", changelog(settings).get("message.timestamp.type").value());
        assertEquals(millis(11), changelog(settings).get("retention.ms").value());
    }

    @Test
    void run_eventsDoNotExist_createsNothing() throws Exception {
        Settings settings = settings("retention-nothing-");
        try (Admin admin = Admin.create(broker())) {
            setup(settings).run();

            assertEquals(List.of(), admin.listTopics().names().get().stream()
                    .filter(topic -> topic.startsWith("retention-nothing-")).toList());
        }
    }

    private static String millis(long days) {
        return Long.toString(days < 0 ? -1 : days * DAY);
    }

    private static ChangelogSetup setup(Settings settings) {
        return new ChangelogSetup(settings, settings.kafka().topicPrefix() + "match-events", () -> 3);
    }

    private static Settings settings(String prefix) throws Exception {
        return SettingsLoader.load(Map.of("KAFKA_BOOTSTRAP_SERVERS", RealParts.broker().bootstrapServers(),
                "KAFKA_TOPIC_PREFIX", prefix));
    }

    private static String changelogOf(Settings settings) {
        return settings.kafka().topicPrefix() + "fanfinity-analytics-seen-events-changelog";
    }

    private static void create(Settings settings, Map<String, String> events, Map<String, String> changelog)
            throws Exception {
        try (Admin admin = Admin.create(broker())) {
            admin.createTopics(List.of(
                    new NewTopic(settings.kafka().topicPrefix() + "match-events", 1, (short) 1).configs(events),
                    new NewTopic(changelogOf(settings), 1, (short) 1).configs(changelog))).all().get();
        }
    }

    private static Config changelog(Settings settings) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, changelogOf(settings));
        try (Admin admin = Admin.create(broker())) {
            return requireNonNull(admin.describeConfigs(List.of(resource)).all().get().get(resource));
        }
    }
}
