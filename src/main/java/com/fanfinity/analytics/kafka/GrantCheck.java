package com.fanfinity.analytics.kafka;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeStreamsGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.resource.ResourceType;

/// Asks Kafka which of the needed operations it does not allow. The clients' own failures name the resource but not the
/// operation, and some are silent: without Create, a group of Kafka Streams waits for its topics forever.
///
/// Kafka reports no operations of a resource that does not exist yet. Of a missing topic only Create is checked.
public final class GrantCheck {

    /// Kafka describes a streams group only to a user that may describe its topics; those are checked by themselves.
    private static final List<Class<? extends Exception>> GROUP_UNKNOWN = List.of(GroupIdNotFoundException.class,
            TopicAuthorizationException.class);

    /// Without Describe, Kafka lists no operation. Only those that imply it are known to be missing.
    private static final Set<AclOperation> WITHOUT_DESCRIBE = EnumSet
            .complementOf(EnumSet.of(AclOperation.READ, AclOperation.WRITE, AclOperation.DESCRIBE));

    private final Admin admin;
    private final List<Grant> grants;
    private final String streamsGroup;
    private final List<String> changelogs;

    /// @param changelogs the topics with the prefix of the streams group
    public GrantCheck(Admin admin, List<Grant> grants, String streamsGroup, List<String> changelogs) {
        this.admin = admin;
        this.grants = List.copyOf(grants);
        this.streamsGroup = streamsGroup;
        this.changelogs = List.copyOf(changelogs);
    }

    /// The needed operations that Kafka denies now.
    ///
    /// @throws ExecutionException if Kafka does not answer, or refuses the login
    public List<Grant> missing() throws ExecutionException, InterruptedException {
        Map<String, Optional<Set<AclOperation>>> ofTopics = ofTopics();
        Map<String, Optional<Set<AclOperation>>> ofGroups = new HashMap<>();
        for (Grant grant : of(ResourceType.GROUP)) {
            if (!ofGroups.containsKey(grant.name())) {
                ofGroups.put(grant.name(), ofGroup(grant.name()));
            }
        }
        List<Grant> missing = new ArrayList<>();
        for (Grant grant : grants) {
            boolean allowed = switch (grant.type()) {
                case TOPIC -> allowsTopics(grant, ofTopics);
                case GROUP -> requireNonNull(ofGroups.get(grant.name()))
                        .map(operations -> operations.contains(grant.operation())).orElse(true);
                case CLUSTER -> allowsBrokerConfigs();
                case TRANSACTIONAL_ID -> allowsTransactions(grant.name());
                case ANY, UNKNOWN, DELEGATION_TOKEN, USER -> throw new IllegalStateException(grant.text());
            };
            if (!allowed) {
                missing.add(grant);
            }
        }
        return missing;
    }

    private List<Grant> of(ResourceType type) {
        return grants.stream().filter(grant -> grant.type() == type).toList();
    }

    private List<String> names(Grant grant) {
        return grant.isPrefix() ? changelogs : List.of(grant.name());
    }

    /// The allowed operations of each topic; empty for a topic that does not exist.
    private Map<String, Optional<Set<AclOperation>>> ofTopics() throws ExecutionException, InterruptedException {
        List<String> names = of(ResourceType.TOPIC).stream().flatMap(grant -> names(grant).stream()).distinct()
                .toList();
        Map<String, KafkaFuture<TopicDescription>> described = admin
                .describeTopics(names, new DescribeTopicsOptions().includeAuthorizedOperations(true)).topicNameValues();
        Map<String, Optional<Set<AclOperation>>> allowed = new HashMap<>();
        for (var topic : described.entrySet()) {
            allowed.put(topic.getKey(), allowed(topic.getValue().thenApply(TopicDescription::authorizedOperations),
                    List.of(UnknownTopicOrPartitionException.class)));
        }
        return allowed;
    }

    private Optional<Set<AclOperation>> ofGroup(String name) throws ExecutionException, InterruptedException {
        if (name.equals(streamsGroup)) {
            return allowed(requireNonNull(admin.describeStreamsGroups(List.of(name),
                    new DescribeStreamsGroupsOptions().includeAuthorizedOperations(true)).describedGroups().get(name))
                    .thenApply(group -> group.authorizedOperations()), GROUP_UNKNOWN);
        }
        return allowed(requireNonNull(admin.describeConsumerGroups(List.of(name),
                new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true)).describedGroups().get(name))
                .thenApply(group -> group.authorizedOperations()), GROUP_UNKNOWN);
    }

    private static Optional<Set<AclOperation>> allowed(KafkaFuture<Set<AclOperation>> operations,
            List<Class<? extends Exception>> unknown) throws ExecutionException, InterruptedException {
        try {
            return Optional.of(operations.get());
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (unknown.stream().anyMatch(kind -> kind.isInstance(cause))) {
                return Optional.empty();
            }
            if (cause instanceof AuthorizationException) {
                return Optional.of(WITHOUT_DESCRIBE);
            }
            throw e;
        }
    }

    private boolean allowsTopics(Grant grant, Map<String, Optional<Set<AclOperation>>> ofTopics)
            throws ExecutionException, InterruptedException {
        boolean isCreate = grant.operation() == AclOperation.CREATE;
        for (String name : names(grant)) {
            Optional<Set<AclOperation>> operations = requireNonNull(ofTopics.get(name));
            boolean allowed = isCreate
                    ? operations.isPresent() || allowsCreate(name)
                    : operations.map(found -> found.contains(grant.operation())).orElse(true);
            if (!allowed) {
                return false;
            }
        }
        return true;
    }

    /// Creates nothing.
    private boolean allowsCreate(String topic) throws ExecutionException, InterruptedException {
        try {
            admin.createTopics(List.of(new NewTopic(topic, Optional.empty(), Optional.empty())),
                    new CreateTopicsOptions().validateOnly(true)).all().get();
            return true;
        } catch (ExecutionException e) {
            return !(e.getCause() instanceof AuthorizationException);
        }
    }

    /// Kafka lists the operations on the cluster only for a user that may describe it.
    private boolean allowsBrokerConfigs() throws ExecutionException, InterruptedException {
        String broker = admin.describeCluster().nodes().get().iterator().next().idString();
        try {
            admin.describeConfigs(List.of(new ConfigResource(ConfigResource.Type.BROKER, broker))).all().get();
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                return false;
            }
            throw e;
        }
    }

    /// Kafka has no list of the operations on a transactional id. Write implies Describe, which this checks.
    private boolean allowsTransactions(String prefix) throws ExecutionException, InterruptedException {
        String id = prefix + "grant-check";
        try {
            admin.describeTransactions(List.of(id)).description(id).get();
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                return false;
            }
            if (e.getCause() instanceof TransactionalIdNotFoundException) {
                return true;
            }
            throw e;
        }
    }
}
