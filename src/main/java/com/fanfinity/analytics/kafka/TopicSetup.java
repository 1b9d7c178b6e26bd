package com.fanfinity.analytics.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.config.Settings;

/// Creates missing topics, and compares the real settings of all topics with those that the service relies on. It
/// changes only one setting of existing topics: see {@link BrokerCheck}. Safe for several instances at the same time.
public final class TopicSetup {

    private static final Logger LOG = LoggerFactory.getLogger(TopicSetup.class);

    /// How long received and accepted events can be replayed, and how long ClickHouse may be unavailable.
    private static final Duration RETENTION = Duration.ofDays(7);
    private static final Duration DEAD_RETENTION = Duration.ofDays(30);

    /// Viewers that reconnect need the last minutes; older values are in the state. Kafka deletes only closed segments.
    private static final Duration MOMENTS_RETENTION = Duration.ofDays(1);
    private static final Duration MOMENTS_SEGMENT = Duration.ofHours(6);

    private static final Duration STATS_SEGMENT = Duration.ofHours(1);
    private static final int STATS_SEGMENT_BYTES = 64 << 20;

    /// More than the limit of `match-events`, because a dead letter contains the whole record and additional headers.
    private static final int MAX_DEAD_LETTER_BYTES = 4 << 20;

    private static final int BROKERS_DEFAULT = -1;

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Settings.Kafka settings;
    private final Topics topics;
    private final List<String> changelogs;

    /// @param changelogs the topics that Streams creates at the first start of this instance; empty without streams
    public TopicSetup(Settings.Kafka settings, Topics topics, List<String> changelogs) {
        this.settings = settings;
        this.topics = topics;
        this.changelogs = changelogs;
    }

    /// Creates the missing topics.
    ///
    /// @return the number of partitions of `match-events`
    /// @throws ExecutionException if the broker cannot be reached or rejects the request
    /// @throws UnsafeTopicException if a topic has a setting with which a 202 could rest on one machine
    public int run() throws ExecutionException, InterruptedException, UnsafeTopicException {
        try (Admin admin = KafkaClients.admin(settings, LIMIT)) {
            Set<String> existing = admin.listTopics().names().get();
            for (NewTopic topic : wanted().stream().filter(topic -> !existing.contains(topic.name())).toList()) {
                create(admin, topic);
            }
            int partitions = checkPartitions(admin);
            new BrokerCheck(admin, wanted(), changelogs).run(topics.events());
            return partitions;
        }
    }

    /// Checks the topics that Streams has created since {@link #run}.
    ///
    /// @return false if some do not exist yet
    /// @throws ExecutionException if the broker cannot be reached or rejects the request
    /// @throws UnsafeTopicException as in {@link #run}
    public boolean checkChangelogs() throws ExecutionException, InterruptedException, UnsafeTopicException {
        try (Admin admin = KafkaClients.admin(settings, LIMIT)) {
            if (!admin.listTopics().names().get().containsAll(changelogs)) {
                return false;
            }
            new BrokerCheck(admin, List.of(), changelogs).runWithoutWarnings();
            return true;
        }
    }

    private void create(Admin admin, NewTopic topic) throws ExecutionException, InterruptedException {
        try {
            allowed(admin.createTopics(List.of(topic)).all(), "Create on topic " + topic.name());
            LOG.atInfo().addKeyValue("topic", topic.name()).addKeyValue("partitions", topic.numPartitions())
                    .log("topic created");
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    private int checkPartitions(Admin admin) throws ExecutionException, InterruptedException {
        int events = 0;
        for (var topic : admin.describeTopics(topics.all()).topicNameValues().entrySet()) {
            int partitions = allowed(topic.getValue(), "Describe on topic " + topic.getKey()).partitions().size();
            events = topic.getKey().equals(topics.events()) ? partitions : events;
        }
        if (events != settings.partitions()) {
            LOG.atWarn().addKeyValue("topic", topics.events()).addKeyValue("found", events)
                    .addKeyValue("configured", settings.partitions())
                    .log("the number of partitions of the topic differs from KAFKA_PARTITIONS; "
                            + "the service uses the topic's number");
        }
        return events;
    }

    /// Kafka's own message does not name the topic.
    private static <T> T allowed(KafkaFuture<T> answer, String operation)
            throws ExecutionException, InterruptedException {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicAuthorizationException) {
                throw new ExecutionException(new TopicAuthorizationException(operation));
            }
            throw e;
        }
    }

    /// The topics with their configuration, for those that must be created.
    public List<NewTopic> wanted() {
        List<NewTopic> wanted = new ArrayList<>();
        // The broker sets the timestamps, so no producer can move the clock that deduplication uses.
        wanted.add(topic(topics.events(), Map.of(TopicConfig.RETENTION_MS_CONFIG, millis(RETENTION),
                TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime")));
        wanted.add(topic(topics.accepted(), Map.of(TopicConfig.RETENTION_MS_CONFIG, millis(RETENTION))));
        wanted.add(topic(topics.minutes(), Map.of(TopicConfig.RETENTION_MS_CONFIG, millis(RETENTION))));
        wanted.add(topic(topics.dead(), Map.of(TopicConfig.RETENTION_MS_CONFIG, millis(DEAD_RETENTION),
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(MAX_DEAD_LETTER_BYTES))));
        // Kafka compacts only closed segments. A new consumer reads one day of records at its start.
        wanted.add(topic(topics.stats(), Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT,
                TopicConfig.SEGMENT_MS_CONFIG, millis(STATS_SEGMENT), TopicConfig.SEGMENT_BYTES_CONFIG,
                Integer.toString(STATS_SEGMENT_BYTES))));
        wanted.add(topic(topics.moments(), Map.of(TopicConfig.RETENTION_MS_CONFIG, millis(MOMENTS_RETENTION),
                TopicConfig.SEGMENT_MS_CONFIG, millis(MOMENTS_SEGMENT))));
        return wanted;
    }

    private NewTopic topic(String name, Map<String, String> config) {
        Map<String, String> all = new HashMap<>(config);
        if (settings.replicationFactor() >= 3 || settings.replicationFactor() == BROKERS_DEFAULT) {
            // Otherwise the only in-sync replica could acknowledge a record alone. A broker never requires more
            // replicas than the topic has. So the value also fits the brokers' default, which is not known here.
            all.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "2");
        }
        return new NewTopic(name, settings.partitions(), settings.replicationFactor()).configs(all);
    }

    private static String millis(Duration duration) {
        return Long.toString(duration.toMillis());
    }
}
