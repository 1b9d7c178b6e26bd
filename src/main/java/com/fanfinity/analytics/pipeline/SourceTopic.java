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

    /// Whether the cluster has shown another id lately. A cheap question for each record: it asks the cluster at most
    /// once a second, and returns what is known if the cluster does not answer at once. So {@link #describe} must
    /// confirm the answer.
    boolean mayHaveChanged(Uuid id);
}
