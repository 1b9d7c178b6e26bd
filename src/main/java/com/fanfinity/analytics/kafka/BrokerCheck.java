package com.fanfinity.analytics.kafka;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConfigEntry.ConfigSource;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.kafka.BrokerRules.BrokerState;
import com.fanfinity.analytics.kafka.BrokerRules.Finding;
import com.fanfinity.analytics.kafka.BrokerRules.Setting;
import com.fanfinity.analytics.kafka.BrokerRules.TopicState;

/// Compares the real settings of topics and brokers with those that the service relies on.
///
/// With three replicas, a topic whose `min.insync.replicas` comes from its brokers and is 1 gets 2. If 1 was set on the
/// topic itself, or if the service may not change it, the start is refused. Every other finding is a warning.
final class BrokerCheck {

    private static final Logger LOG = LoggerFactory.getLogger(BrokerCheck.class);

    private final Admin admin;
    private final Map<String, NewTopic> wanted;
    private final List<String> changelogs;

    /// @param wanted the service's topics, as it creates them
    /// @param changelogs the topics that Streams creates; missing ones are not checked
    BrokerCheck(Admin admin, Collection<NewTopic> wanted, List<String> changelogs) {
        this.admin = admin;
        this.wanted = wanted.stream().collect(Collectors.toMap(NewTopic::name, topic -> topic));
        this.changelogs = changelogs;
    }

    /// @param events the topic of received events
    /// @throws UnsafeTopicException if a topic must be changed before the start
    /// @throws ExecutionException if the broker cannot be reached
    void run(String events) throws ExecutionException, InterruptedException, UnsafeTopicException {
        unlessForbidden(() -> {
            List<TopicState> topics = makeSafe();
            warn(findings(topics, broker(), events));
        });
    }

    /// Only raises `min.insync.replicas` where needed, with the same exceptions.
    void runWithoutWarnings() throws ExecutionException, InterruptedException, UnsafeTopicException {
        unlessForbidden(this::makeSafe);
    }

    private interface Step {
        void run() throws ExecutionException, InterruptedException, UnsafeTopicException;
    }

    private static void unlessForbidden(Step step)
            throws ExecutionException, InterruptedException, UnsafeTopicException {
        try {
            step.run();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof AuthorizationException)) {
                throw e;
            }
            LOG.atWarn().addKeyValue("cause", e.getCause())
                    .log("the service may not read the settings of topics and brokers, so it cannot check them");
        }
    }

    private List<Finding> findings(List<TopicState> topics, BrokerState broker, String events) {
        List<Finding> findings = new ArrayList<>();
        topics.forEach(topic -> findings.addAll(BrokerRules.topic(topic, required(topic.name()), broker.brokers())));
        topics.stream().filter(topic -> topic.name().equals(events)).findFirst()
                .ifPresent(topic -> findings.addAll(BrokerRules.broker(broker, topic)));
        return findings;
    }

    private static void warn(List<Finding> findings) {
        findings.forEach(finding -> LOG.atWarn().addKeyValue("of", finding.owner())
                .addKeyValue("setting", finding.setting()).addKeyValue("found", finding.found())
                .addKeyValue("wanted", finding.wanted()).addKeyValue("otherwise", finding.reason())
                .log("a setting that the service relies on has another value"));
    }

    private Map<String, String> required(String topic) {
        NewTopic created = wanted.get(topic);
        return created == null ? Map.of() : requireNonNull(created.configs());
    }

    /// Raises `min.insync.replicas` where one machine alone could acknowledge a record.
    ///
    /// @return all checked topics, as they were before
    private List<TopicState> makeSafe() throws ExecutionException, InterruptedException, UnsafeTopicException {
        List<TopicState> topics = topics();
        for (TopicState topic : topics) {
            if (BrokerRules.isUnsafe(topic)) {
                makeSafe(topic);
            }
        }
        return topics;
    }

    private void makeSafe(TopicState topic) throws ExecutionException, InterruptedException, UnsafeTopicException {
        String needed = "the topic %s has %d replicas, so %s must be %d; it is %s".formatted(topic.name(),
                topic.replicas(), BrokerRules.MIN_IN_SYNC, BrokerRules.IN_SYNC,
                topic.value(BrokerRules.MIN_IN_SYNC).orElse("unknown"));
        if (BrokerRules.isChosen(topic)) {
            throw new UnsafeTopicException(needed);
        }
        AlterConfigOp set = new AlterConfigOp(
                new ConfigEntry(BrokerRules.MIN_IN_SYNC, Integer.toString(BrokerRules.IN_SYNC)),
                AlterConfigOp.OpType.SET);
        try {
            admin.incrementalAlterConfigs(
                    Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic.name()), List.of(set))).all().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                throw new UnsafeTopicException(needed + ", and the service may not change it");
            }
            throw e;
        }
        LOG.atInfo().addKeyValue("topic", topic.name()).addKeyValue("replicas", topic.replicas())
                .log("set min.insync.replicas=2, because one in-sync replica could acknowledge a record alone");
    }

    /// The service's topics and those that Streams has created so far.
    private List<TopicState> topics() throws ExecutionException, InterruptedException {
        List<String> names = admin.listTopics().names().get().stream()
                .filter(name -> wanted.containsKey(name) || changelogs.contains(name)).sorted().toList();
        Map<String, TopicDescription> described = admin.describeTopics(names).allTopicNames().get();
        Map<ConfigResource, Config> configs = admin.describeConfigs(
                names.stream().map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name)).toList()).all().get();
        List<TopicState> topics = new ArrayList<>();
        configs.forEach((resource, config) -> topics.add(new TopicState(resource.name(),
                replicas(requireNonNull(described.get(resource.name()))), settings(config))));
        return topics;
    }

    private static int replicas(TopicDescription topic) {
        return topic.partitions().stream().mapToInt(partition -> partition.replicas().size()).min().orElse(0);
    }

    private static Map<String, Setting> settings(Config config) {
        Map<String, Setting> settings = new HashMap<>();
        config.entries().stream().filter(entry -> entry.value() != null).forEach(entry -> settings.put(entry.name(),
                new Setting(entry.value(), entry.source() == ConfigSource.DYNAMIC_TOPIC_CONFIG)));
        return settings;
    }

    private BrokerState broker() throws ExecutionException, InterruptedException {
        Collection<Node> nodes = admin.describeCluster().nodes().get();
        ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, nodes.iterator().next().idString());
        Map<String, String> settings = new HashMap<>();
        requireNonNull(admin.describeConfigs(List.of(broker)).all().get().get(broker)).entries().stream()
                .filter(entry -> entry.value() != null)
                .forEach(entry -> settings.put(entry.name(), entry.value()));
        return new BrokerState(nodes.size(), settings);
    }
}
