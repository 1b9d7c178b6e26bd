package com.fanfinity.analytics.sink;

import java.util.Set;

/// A topic, and the topic of that name whose rows the database has.
///
/// @param id of the topic in Kafka
/// @param recorded the ids in `sink_topics`; empty if the database has no row of the topic
record TopicIdentity(String id, Set<String> recorded) {

    TopicIdentity {
        recorded = Set.copyOf(recorded);
    }

    /// Whether the stored offsets are offsets of this topic.
    boolean isThatOfTheRows() {
        return recorded.isEmpty() || recorded.equals(Set.of(id));
    }
}
