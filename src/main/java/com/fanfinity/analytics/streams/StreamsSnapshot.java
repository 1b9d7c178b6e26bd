package com.fanfinity.analytics.streams;

import java.util.List;
import java.util.Map;

/// The streams of this instance at one time, as `GET /api/streams` returns them.
///
/// @param stores the partitions of each store
public record StreamsSnapshot(String state, List<StreamThread> threads, Map<String, List<StorePartition>> stores) {

    public record StreamThread(String name, String state, List<Task> active, List<Task> standby) {}

    /// @param lag records that are not yet committed as processed
    public record Task(String task, List<String> partitions, long lag) {}

    /// @param position in the changelog
    /// @param end of the changelog
    public record StorePartition(int partition, long position, long end, long lag) {}
}
