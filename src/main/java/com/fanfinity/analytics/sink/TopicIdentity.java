package com.fanfinity.analytics.sink;

import java.util.Set;
import java.util.stream.Collectors;

/// A topic, and the topics whose rows the database has.
///
/// @param id of the topic in Kafka
/// @param recorded the ids of that topic's name in `sink_topics`, and `truncated:N` if its partition N has lost records
///     that were stored; empty if the database has no row of the topic
/// @param foreign topics of another deployment that has stored rows in the database
record TopicIdentity(String id, Set<String> recorded, Set<String> foreign) {

    private static final String TRUNCATED = "truncated:";

    TopicIdentity {
        recorded = Set.copyOf(recorded);
        foreign = Set.copyOf(foreign);
    }

    /// Whether the stored offsets are offsets of this topic. The tables do not name the topic of a row, so rows of
    /// another deployment would be taken for those of this one.
    boolean isThatOfTheRows() {
        return foreign.isEmpty() && ids().stream().allMatch(id::equals);
    }

    /// The topics of this name whose rows the database has.
    Set<String> ids() {
        return recorded.stream().filter(each -> !each.startsWith(TRUNCATED)).collect(Collectors.toSet());
    }

    /// Whether the partition has lost records whose rows are stored. The offsets of its new records mean other records.
    boolean isTruncated(int partition) {
        return recorded.contains(truncated(partition));
    }

    /// What is recorded of such a partition.
    static String truncated(int partition) {
        return TRUNCATED + partition;
    }
}
