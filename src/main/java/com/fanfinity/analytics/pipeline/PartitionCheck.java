package com.fanfinity.analytics.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.streams.errors.StreamsException;

import com.fanfinity.analytics.pipeline.SourceTopic.TopicDescription;

/// Finds records that are not on the partition which Kafka's default partitioner chooses for their match. Reads look
/// for a match there, and dedupe knows an identity only there.
///
/// If partitions are added to the topic, this rule would reject events with a 202, because producers learn of the new
/// partitions before this process does. So before a record is rejected, the cluster is asked for the number, and the
/// thread fails if it has changed. The records stay in the topic.
///
/// Not thread-safe.
final class PartitionCheck {

    /// How long an answer of the cluster is used. It bounds the cost of a producer that only writes wrong records.
    private static final long ANSWER_USED_MILLIS = 1_000;

    private final SourceTopic topic;
    private long askedAt = Long.MIN_VALUE / 2;

    PartitionCheck(SourceTopic topic) {
        this.topic = topic;
    }

    /// The partition of the match's records.
    int home(String matchId) {
        return BuiltInPartitioner.partitionForKey(matchId.getBytes(UTF_8), topic.partitions());
    }

    /// @param now milliseconds since the epoch
    /// @throws StreamsException if the number of partitions has changed since the start
    void requireUnchanged(long now) {
        if (Math.abs(now - askedAt) < ANSWER_USED_MILLIS) {
            return;
        }
        TopicDescription found = topic.describe();
        if (found.partitions() != topic.partitions()) {
            throw new StreamsException(("match-events has %d partitions now and had %d at the start; "
                    + "see docs/operations/deploy.md, \"Add partitions\"")
                    .formatted(found.partitions(), topic.partitions()));
        }
        askedAt = now;
    }
}
