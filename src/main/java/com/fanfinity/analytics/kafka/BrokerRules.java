package com.fanfinity.analytics.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

import org.apache.kafka.common.config.TopicConfig;

/// The settings of topics and brokers that the service's promises rest on. Pure rules; {@link BrokerCheck} reads the
/// settings and acts.
final class BrokerRules {

    static final String MIN_IN_SYNC = TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG;
    static final String OFFSETS_RETENTION = "offsets.retention.minutes";

    /// A 202 must rest on two machines. With fewer replicas the operator has decided otherwise.
    private static final int REPLICAS = 3;
    static final int IN_SYNC = 2;

    private static final long UNLIMITED = -1;

    /// @param value of the topic or the broker
    /// @param ofTopic whether the topic itself has this value, and not the default of its brokers
    record Setting(String value, boolean ofTopic) {}

    /// @param replicas of the partition that has the fewest
    record TopicState(String name, int replicas, Map<String, Setting> settings) {

        Optional<String> value(String setting) {
            return Optional.ofNullable(settings.get(setting)).map(Setting::value);
        }

        OptionalLong number(String setting) {
            return BrokerRules.number(value(setting));
        }
    }

    /// @param brokers their number
    record BrokerState(int brokers, Map<String, String> settings) {

        OptionalLong number(String setting) {
            return BrokerRules.number(Optional.ofNullable(settings.get(setting)));
        }
    }

    /// A setting that breaks a promise.
    ///
    /// @param owner `topic NAME` or `broker`
    /// @param wanted the value, or its bound
    /// @param reason the damage otherwise
    record Finding(String owner, String setting, String found, String wanted, String reason) {}

    private BrokerRules() {}

    /// Whether two machines must acknowledge a record of the topic, and one alone may do so now.
    static boolean isUnsafe(TopicState topic) {
        OptionalLong inSync = topic.number(MIN_IN_SYNC);
        return topic.replicas() >= REPLICAS && inSync.isPresent() && inSync.getAsLong() < IN_SYNC;
    }

    /// Whether the unsafe value was set on the topic itself. The service then does not change it.
    static boolean isChosen(TopicState topic) {
        Setting inSync = topic.settings().get(MIN_IN_SYNC);
        return inSync != null && inSync.ofTopic();
    }

    /// Findings about a topic, without {@link #isUnsafe}.
    ///
    /// @param required settings that the service creates the topic with; empty for an internal topic
    /// @param brokers their number
    static List<Finding> topic(TopicState topic, Map<String, String> required, int brokers) {
        List<Finding> findings = new ArrayList<>();
        String owner = "topic " + topic.name();
        if (topic.replicas() < REPLICAS && brokers >= REPLICAS) {
            findings.add(new Finding(owner, "replication.factor", Integer.toString(topic.replicas()),
                    "3, by KAFKA_REPLICATION_FACTOR when the topic is created",
                    "the loss of brokers can lose acknowledged events or counts"));
        }
        if (topic.value(TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG).filter("true"::equals).isPresent()) {
            findings.add(new Finding(owner, TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG, "true", "false",
                    "a replica that lags can become the leader, and acknowledged records are lost"));
        }
        required.forEach((setting, wanted) -> required(topic, setting, wanted).ifPresent(findings::add));
        boolean isCompacted = required.getOrDefault(TopicConfig.CLEANUP_POLICY_CONFIG, "")
                .equals(TopicConfig.CLEANUP_POLICY_COMPACT);
        if (!required.isEmpty() && !isCompacted) {
            required(topic, TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE)
                    .ifPresent(findings::add);
            required(topic, TopicConfig.RETENTION_BYTES_CONFIG, Long.toString(UNLIMITED)).ifPresent(findings::add);
        }
        return findings;
    }

    private static Optional<Finding> required(TopicState topic, String setting, String wanted) {
        Optional<String> found = topic.value(setting);
        Optional<String> reason = switch (setting) {
            case TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG -> unless(found.equals(Optional.of(wanted)),
                    "producers set the time that deduplication and archiving use");
            case TopicConfig.CLEANUP_POLICY_CONFIG -> unless(found.equals(Optional.of(wanted)),
                    "Kafka keeps other records than the service relies on");
            case TopicConfig.RETENTION_MS_CONFIG, TopicConfig.RETENTION_BYTES_CONFIG ->
                unless(isAtLeast(topic.number(setting), Long.parseLong(wanted)),
                        "Kafka can delete records that are not processed or not stored yet");
            case TopicConfig.MAX_MESSAGE_BYTES_CONFIG -> unless(isAtLeast(topic.number(setting),
                    Long.parseLong(wanted)), "a dead letter that the broker refuses stops its partition");
            default -> Optional.empty(); // costs only space or time
        };
        return reason.map(text -> new Finding("topic " + topic.name(), setting, found.orElse("unknown"), wanted, text));
    }

    private static Optional<String> unless(boolean holds, String reason) {
        return holds ? Optional.empty() : Optional.of(reason);
    }

    private static boolean isAtLeast(OptionalLong found, long wanted) {
        if (found.isEmpty() || wanted == UNLIMITED) {
            return found.equals(OptionalLong.of(UNLIMITED));
        }
        return found.getAsLong() == UNLIMITED || found.getAsLong() >= wanted;
    }

    /// Findings about the brokers.
    ///
    /// @param events the topic of received events
    static List<Finding> broker(BrokerState broker, TopicState events) {
        List<Finding> findings = new ArrayList<>();
        OptionalLong minutes = broker.number(OFFSETS_RETENTION);
        OptionalLong millis = events.number(TopicConfig.RETENTION_MS_CONFIG);
        if (minutes.isPresent() && millis.isPresent() && (millis.getAsLong() == UNLIMITED
                || Duration.ofMinutes(minutes.getAsLong()).toMillis() < millis.getAsLong())) {
            findings.add(new Finding("broker", OFFSETS_RETENTION, Long.toString(minutes.getAsLong()),
                    millis.getAsLong() == UNLIMITED
                            ? "longer than any stop of the service"
                            : Long.toString(Duration.ofMillis(millis.getAsLong()).toMinutes()),
                    "after a longer stop the topology reads the topic from its start again"));
        }
        if (broker.brokers() >= REPLICAS) {
            atLeast(broker, "transaction.state.log.replication.factor", REPLICAS,
                    "the loss of brokers can lose transactions").ifPresent(findings::add);
            atLeast(broker, "transaction.state.log.min.isr", IN_SYNC,
                    "a commit can rest on one machine").ifPresent(findings::add);
            atLeast(broker, "offsets.topic.replication.factor", REPLICAS,
                    "the loss of brokers can lose the positions of all groups").ifPresent(findings::add);
        }
        return findings;
    }

    private static Optional<Finding> atLeast(BrokerState broker, String setting, long wanted, String reason) {
        OptionalLong found = broker.number(setting);
        return found.isPresent() && found.getAsLong() < wanted
                ? Optional.of(new Finding("broker", setting, Long.toString(found.getAsLong()), Long.toString(wanted),
                        reason))
                : Optional.empty();
    }

    private static OptionalLong number(Optional<String> value) {
        try {
            return value.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(value.get()));
        } catch (NumberFormatException _) {
            return OptionalLong.empty();
        }
    }
}
