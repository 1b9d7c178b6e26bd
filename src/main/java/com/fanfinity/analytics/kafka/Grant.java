package com.fanfinity.analytics.kafka;

import java.util.Locale;

import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.Resource;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/// One operation on one resource of Kafka.
///
/// @param name of the resource, or the prefix of the names
/// @param isPrefix whether all names with the prefix are meant
public record Grant(ResourceType type, String name, boolean isPrefix, AclOperation operation) {

    private static final String ANY_HOST = "*";

    static Grant on(ResourceType type, String name, AclOperation operation) {
        return new Grant(type, name, false, operation);
    }

    static Grant onPrefix(ResourceType type, String prefix, AclOperation operation) {
        return new Grant(type, prefix, true, operation);
    }

    static Grant onCluster(AclOperation operation) {
        return new Grant(ResourceType.CLUSTER, Resource.CLUSTER_NAME, false, operation);
    }

    /// The entry of an access list that allows the operation.
    ///
    /// @param principal such as `User:fanfinity`
    public AclBinding bindingFor(String principal) {
        return new AclBinding(
                new ResourcePattern(type, name, isPrefix ? PatternType.PREFIXED : PatternType.LITERAL),
                new AccessControlEntry(principal, ANY_HOST, operation, AclPermissionType.ALLOW));
    }

    /// Such as `Write on topic match-events`.
    public String text() {
        String kind = type.name().toLowerCase(Locale.ROOT).replace("transactional_id", "transactionalId");
        if (type == ResourceType.CLUSTER) {
            return operationName() + " on " + kind;
        }
        return operationName() + " on " + kind + ' ' + name + (isPrefix ? "*" : "");
    }

    /// Kafka's own notation, such as `DescribeConfigs`.
    public String operationName() {
        StringBuilder text = new StringBuilder();
        for (String word : operation.name().split("_", -1)) {
            text.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return text.toString();
    }
}
