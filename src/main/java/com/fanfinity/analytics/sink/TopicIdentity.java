package com.fanfinity.analytics.sink;

import java.util.Set;

/// A topic, and the topics whose rows the database has.
///
/// @param id of the topic in Kafka
/// @param recorded the ids of that topic's name in `sink_topics`; empty if the database has no row of the topic
/// @param foreign topics of another deployment that has stored rows in the database
record TopicIdentity(String id, Set<String> recorded, Set<String> foreign) {

    /// Recorded beside the id if the topic has lost records that were stored.
    static final String TRUNCATED = "truncated";

    TopicIdentity {
        recorded = Set.copyOf(recorded);
        foreign = Set.copyOf(foreign);
    }

    /// Whether the stored offsets are offsets of this topic. The tables do not name the topic of a row, so rows of
    /// another deployment would be taken for those of this one.
    boolean isThatOfTheRows() {
        return foreign.isEmpty() && (recorded.isEmpty() || recorded.equals(Set.of(id)));
    }
}
