package com.fanfinity.analytics.sink;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

import org.apache.kafka.common.TopicPartition;

/// How the sink is doing, about a second old.
///
/// @param running whether its thread runs
/// @param migrated whether the schema has been brought up to date since the start
/// @param degraded why rows are late, such as ClickHouse being away; empty if all is well
/// @param partitions of this instance
public record SinkStatus(boolean running, boolean migrated, Optional<String> degraded, Map<TopicPartition, Partition> partitions) {

    public SinkStatus {
        partitions = Map.copyOf(partitions);
    }

    /// @param highWaterMark highest offset stored in ClickHouse; empty if none, or not known yet
    /// @param logEnd one more than the last committed record's offset; empty if not known yet
    /// @param lag records, at most, that are not stored yet; empty if not known yet
    /// @param held why the partition is not read, and what to do; empty if it is
    public record Partition(OptionalLong highWaterMark, OptionalLong logEnd, OptionalLong lag, Optional<String> held) {}
}
