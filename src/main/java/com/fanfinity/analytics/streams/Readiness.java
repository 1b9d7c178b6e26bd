package com.fanfinity.analytics.streams;

import java.util.OptionalLong;

import org.apache.kafka.streams.KafkaStreams;

/// Whether this instance can answer from its state, and if not, what it waits for.
public sealed interface Readiness {

    record Ready() implements Readiness {}

    /// Active tasks read their changelogs.
    ///
    /// @param records at most, that are still to be read
    /// @param stores partitions of stores
    record Restoring(long records, int stores) implements Readiness {}

    /// All active tasks are restored, and standbys are caught up with for the first time.
    ///
    /// @param behind records that standbys still have to read; empty if not known yet
    record WarmingUp(OptionalLong behind) implements Readiness {}

    /// RUNNING, and no partition was given yet.
    record Unassigned() implements Readiness {}

    record NotRunning(KafkaStreams.State state) implements Readiness {}
}
