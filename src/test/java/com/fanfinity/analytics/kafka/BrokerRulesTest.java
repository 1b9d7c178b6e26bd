package com.fanfinity.analytics.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.fanfinity.analytics.kafka.BrokerRules.BrokerState;
import com.fanfinity.analytics.kafka.BrokerRules.Finding;
import com.fanfinity.analytics.kafka.BrokerRules.Setting;
import com.fanfinity.analytics.kafka.BrokerRules.TopicState;
import com.fanfinity.analytics.stack.process.ProjectDir;

class BrokerRulesTest {

    private static final Map<String, String> EVENTS = Map.of("retention.ms", "604800000", "message.timestamp.type",
            "LogAppendTime", "min.insync.replicas", "2");
    private static final Map<String, String> DEAD = Map.of("retention.ms", "604800000", "max.message.bytes", "4194304");
    private static final Map<String, String> STATS = Map.of("cleanup.policy", "compact", "segment.ms", "3600000");

    private static TopicState topic(int replicas, Map<String, String> settings) {
        Map<String, Setting> all = new HashMap<>(Map.of("cleanup.policy", new Setting("delete", false),
                "retention.bytes", new Setting("-1", false), "unclean.leader.election.enable",
                new Setting("false", false)));
        settings.forEach((name, value) -> all.put(name, new Setting(value, true)));
        return new TopicState("match-events", replicas, all);
    }

    private static TopicState with(Map<String, String> settings, String name, String value) {
        Map<String, String> changed = new HashMap<>(settings);
        changed.put(name, value);
        return topic(3, changed);
    }

    private static Set<String> settings(List<Finding> findings) {
        return findings.stream().map(Finding::setting).collect(Collectors.toCollection(TreeSet::new));
    }

    @ParameterizedTest
    @CsvSource({"1,1,false", "2,1,false", "3,1,true", "3,2,false", "3,3,false", "5,1,true"})
    void isUnsafe_threeReplicasAndOneInSync(int replicas, String inSync, boolean unsafe) {
        assertEquals(unsafe, BrokerRules.isUnsafe(topic(replicas, Map.of("min.insync.replicas", inSync))));
    }

    @Test
    void isChosen_onlyTheTopicsOwnValue() {
        assertTrue(BrokerRules.isChosen(topic(3, Map.of("min.insync.replicas", "1"))));
        assertEquals(false, BrokerRules.isChosen(new TopicState("t", 3,
                Map.of("min.insync.replicas", new Setting("1", false)))));
    }

    @Test
    void topic_asCreated_hasNoFindings() {
        assertEquals(List.of(), BrokerRules.topic(topic(3, EVENTS), EVENTS, 3));
        assertEquals(List.of(), BrokerRules.topic(topic(3, DEAD), DEAD, 3));
        assertEquals(List.of(), BrokerRules.topic(topic(3, STATS), STATS, 3));
        assertEquals(List.of(), BrokerRules.topic(topic(1, EVENTS), EVENTS, 1), "a single broker is a choice");
    }

    @ParameterizedTest
    @CsvSource({"message.timestamp.type,CreateTime,true", "retention.ms,604799999,true", "retention.ms,604800001,false",
        "retention.ms,-1,false", "retention.bytes,1000000,true", "cleanup.policy,compact,true",
        "cleanup.policy,'compact,delete',true", "unclean.leader.election.enable,true,true", "segment.ms,1,false"})
    void topic_otherSetting_isAFindingIfAPromiseRestsOnIt(String setting, String value, boolean found) {
        List<Finding> findings = BrokerRules.topic(with(EVENTS, setting, value), EVENTS, 3);

        assertEquals(found ? Set.of(setting) : Set.of(), settings(findings), findings::toString);
    }

    @Test
    void topic_deadLettersThatMayBeRefused_isAFinding() {
        assertEquals(Set.of("max.message.bytes"),
                settings(BrokerRules.topic(with(DEAD, "max.message.bytes", "1048588"), DEAD, 3)));
        assertEquals(Set.of(), settings(BrokerRules.topic(with(DEAD, "max.message.bytes", "8388608"), DEAD, 3)));
    }

    @Test
    void topic_internal_mayBeCompacted() {
        assertEquals(List.of(), BrokerRules.topic(with(EVENTS, "cleanup.policy", "compact"), Map.of(), 3));
    }

    @Test
    void topic_fewReplicasOnManyBrokers_isAFinding() {
        assertEquals(Set.of("replication.factor"), settings(BrokerRules.topic(topic(2, EVENTS), EVENTS, 3)));
    }

    @ParameterizedTest
    @CsvSource({"10080,604800000,false", "10079,604800000,true", "525600,604800000,false", "10080,-1,true"})
    void broker_offsetsMayEndBeforeTheEvents_isAFinding(String minutes, String retention, boolean found) {
        BrokerState broker = new BrokerState(1, Map.of("offsets.retention.minutes", minutes));

        assertEquals(found ? Set.of("offsets.retention.minutes") : Set.of(),
                settings(BrokerRules.broker(broker, with(EVENTS, "retention.ms", retention))));
    }

    @Test
    void broker_internalTopicsOfKafkaOnOneMachine_isAFindingInACluster() {
        Map<String, String> one = Map.of("transaction.state.log.replication.factor", "1",
                "transaction.state.log.min.isr", "1", "offsets.topic.replication.factor", "1");

        assertEquals(Set.of(), settings(BrokerRules.broker(new BrokerState(1, one), topic(1, EVENTS))));
        assertEquals(one.keySet(), settings(BrokerRules.broker(new BrokerState(3, one), topic(3, EVENTS))));
    }

    /// The deploy procedure lists every setting that the start checks.
    @Test
    void everySetting_isInTheDeployProcedure() throws IOException {
        String procedure = Files.readString(ProjectDir.find().resolve("docs/operations/deploy.md"));
        Map<String, String> wrong = Map.of("message.timestamp.type", "CreateTime", "retention.ms", "1",
                "retention.bytes", "1", "cleanup.policy", "compact", "unclean.leader.election.enable", "true",
                "max.message.bytes", "1");
        Map<String, String> wanted = new HashMap<>(EVENTS);
        wanted.putAll(DEAD);
        List<Finding> all = new ArrayList<>(BrokerRules.topic(topic(1, wrong), wanted, 3));
        all.addAll(BrokerRules.broker(new BrokerState(3, Map.of("offsets.retention.minutes", "1",
                "transaction.state.log.replication.factor", "1", "transaction.state.log.min.isr", "1",
                "offsets.topic.replication.factor", "1")), topic(3, EVENTS)));
        Set<String> missing = settings(all);
        missing.add("min.insync.replicas");
        assertEquals(12, missing.size(), missing::toString);
        missing.removeIf(setting -> procedure.contains('`' + setting + '`'));

        assertEquals(Set.of(), missing);
    }
}
