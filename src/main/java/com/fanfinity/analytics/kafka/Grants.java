package com.fanfinity.analytics.kafka;

import static org.apache.kafka.common.acl.AclOperation.ALTER_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.CREATE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;
import static org.apache.kafka.common.resource.ResourceType.GROUP;
import static org.apache.kafka.common.resource.ResourceType.TOPIC;
import static org.apache.kafka.common.resource.ResourceType.TRANSACTIONAL_ID;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.apache.kafka.common.acl.AclOperation;

import com.fanfinity.analytics.config.Role;
import com.fanfinity.analytics.config.Settings;

/// What the user of each role must be allowed in Kafka: these operations and no others. The table in
/// `docs/operations/kafka-security.md`, the manifests for Strimzi and the users of `compose.yaml` are made of it.
///
/// Kafka's rules shorten it: Read and Write imply Describe, and AlterConfigs implies DescribeConfigs. Write on a topic
/// suffices for an idempotent producer.
public final class Grants {

    private static final Set<AclOperation> IMPLY_DESCRIBE = Set.of(READ, WRITE);

    private final Topics topics;
    private final String group;
    private final String sinkGroup;
    private final Set<Grant> grants = new LinkedHashSet<>();

    private Grants(Settings.Kafka kafka) {
        topics = Topics.of(kafka.topicPrefix(), kafka.eventsTopic());
        group = KafkaClients.streamsGroup(kafka);
        sinkGroup = KafkaClients.sinkGroup(kafka);
    }

    /// The grants for a user with these roles, by resource.
    public static List<Grant> of(Collection<Role> roles, Settings.Kafka kafka) {
        Grants all = new Grants(kafka);
        roles.forEach(all::role);
        all.everyRole();
        return all.grants.stream().filter(grant -> !all.isImplied(grant)).toList();
    }

    private void role(Role role) {
        switch (role) {
            case INGEST -> grants.add(Grant.on(TOPIC, topics.events(), WRITE));
            case STREAMS -> streams();
            case LIVE -> List.of(topics.minutes(), topics.stats(), topics.moments())
                    .forEach(topic -> grants.add(Grant.on(TOPIC, topic, READ)));
            case SINK -> {
                List.of(topics.accepted(), topics.dead(), topics.minutes(), topics.stats())
                        .forEach(topic -> grants.add(Grant.on(TOPIC, topic, READ)));
                grants.add(Grant.on(GROUP, sinkGroup, READ));
            }
        }
    }

    private void streams() {
        for (String topic : topics.all()) {
            grants.add(Grant.on(TOPIC, topic, topic.equals(topics.events()) ? READ : WRITE));
            grants.add(Grant.on(TOPIC, topic, CREATE));
            grants.add(Grant.on(TOPIC, topic, ALTER_CONFIGS));
        }
        String prefix = group + '-';
        List.of(READ, WRITE, CREATE, ALTER_CONFIGS)
                .forEach(operation -> grants.add(Grant.onPrefix(TOPIC, prefix, operation)));
        grants.add(Grant.on(GROUP, group, READ));
        grants.add(Grant.on(GROUP, group, ALTER_CONFIGS));
        grants.add(Grant.onPrefix(TRANSACTIONAL_ID, prefix, WRITE));
    }

    /// Every role checks the topics at its start, and asks for the members of the group, to whom it sends reads.
    private void everyRole() {
        for (String topic : topics.all()) {
            grants.add(Grant.on(TOPIC, topic, DESCRIBE));
            grants.add(Grant.on(TOPIC, topic, DESCRIBE_CONFIGS));
        }
        grants.add(Grant.onPrefix(TOPIC, group + '-', DESCRIBE));
        grants.add(Grant.on(GROUP, group, DESCRIBE));
        grants.add(Grant.onCluster(DESCRIBE_CONFIGS));
    }

    private boolean isImplied(Grant grant) {
        return switch (grant.operation()) {
            case DESCRIBE -> IMPLY_DESCRIBE.stream().anyMatch(operation -> has(grant, operation));
            case DESCRIBE_CONFIGS -> has(grant, ALTER_CONFIGS);
            default -> false; // no other operation of this class is implied
        };
    }

    private boolean has(Grant grant, AclOperation operation) {
        return grants.contains(new Grant(grant.type(), grant.name(), grant.isPrefix(), operation));
    }
}
