package com.fanfinity.analytics.streams;

import java.util.OptionalLong;

import org.apache.kafka.streams.KafkaStreams;

/// Whether this instance can answer from its state, and if not, why.
public sealed interface Readiness {

    record Ready() implements Readiness {}

    /// Active tasks read their changelogs.
    ///
    /// @param records an upper bound of the records that remain
    /// @param stores the number of store partitions
    record Restoring(long records, int stores) implements Readiness {}

    /// All active tasks are restored. Standbys catch up for the first time.
    ///
    /// @param lag records that standbys still have to read; empty if not known yet
    record WarmingUp(OptionalLong lag) implements Readiness {}

    /// RUNNING, but without a partition so far.
    record Unassigned() implements Readiness {}

    record NotRunning(KafkaStreams.State state) implements Readiness {}
}
