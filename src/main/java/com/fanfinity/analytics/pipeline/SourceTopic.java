package com.fanfinity.analytics.pipeline;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;

/// The topic `match-events`, as the cluster describes it. Used by stream threads.
public interface SourceTopic {

    /// @param id another one if the topic was deleted and created again
    record TopicDescription(Uuid id, int partitions) {}

    /// The number of partitions at the start of this process. The state is divided in the same way.
    int partitions();

    /// Asks the cluster, and blocks for at most some seconds.
    ///
    /// @throws KafkaException if the cluster does not answer; the stream thread then fails, and its replacement
    ///     processes the record again
    TopicDescription describe();

    /// Asks the cluster for the first offset that a partition still has, and blocks for at most some seconds.
    ///
    /// @throws KafkaException as {@link #describe}
    long firstOffset(int partition);

    /// Whether the topic's id differs from `id` in the last look at the cluster. The first call in each second looks
    /// again, and waits up to half a second; other calls only compare. A look that fails leaves the last id, so
    /// {@link #describe} must confirm a `true`.
    boolean mayHaveChanged(Uuid id);
}
