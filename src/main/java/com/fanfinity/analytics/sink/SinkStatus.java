package com.fanfinity.analytics.sink;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

import org.apache.kafka.common.TopicPartition;

/// The state of the sink, at most about 1 s old.
///
/// @param running whether the poll thread is alive
/// @param migrated whether the migrations have been applied since the start
/// @param degraded why rows are late, for example an outage of ClickHouse; empty if they are not. It may name hosts
/// @param requiredAction what an operator must do before rows are stored again; empty if nothing. It names no host
/// @param partitions of this instance
public record SinkStatus(boolean running, boolean migrated, Optional<String> degraded,
        Optional<String> requiredAction, Map<TopicPartition, Partition> partitions) {

    public SinkStatus {
        partitions = Map.copyOf(partitions);
    }

    /// @param highWaterMark highest offset stored in ClickHouse; empty if none, or not known yet
    /// @param logEnd one more than the last committed record's offset; empty if not known yet
    /// @param lag upper bound of the records that are not stored yet; empty if not known yet
    /// @param held why the partition is not read and how to repair it; empty if it is read
    public record Partition(OptionalLong highWaterMark, OptionalLong logEnd, OptionalLong lag, Optional<String> held) {}
}
