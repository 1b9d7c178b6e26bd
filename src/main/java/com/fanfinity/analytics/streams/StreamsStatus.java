package com.fanfinity.analytics.streams;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.LagInfo;
import org.apache.kafka.streams.TaskMetadata;
import org.apache.kafka.streams.ThreadMetadata;

import com.fanfinity.analytics.metrics.Meters;

/// The status of the streams of this instance: {@link #snapshot} for people, {@link #sample} for the meters.
public final class StreamsStatus {

    private final KafkaStreams streams;
    private final Meters meters;
    private final Freshness freshness;
    private volatile Map<TopicPartition, Long> sampled = Map.of();

    public StreamsStatus(KafkaStreams streams, Meters meters, Freshness freshness) {
        this.streams = streams;
        this.meters = meters;
        this.freshness = freshness;
    }

    /// Copies the state, the threads by state and the lag of each source partition to the meters.
    public void sample() {
        Map<String, Integer> threads = new HashMap<>();
        Map<TopicPartition, Long> lags = new HashMap<>();
        for (ThreadMetadata thread : threads()) {
            threads.merge(thread.threadState(), 1, Integer::sum);
            thread.activeTasks().forEach(task -> lags.putAll(lags(task)));
        }
        Map<KafkaStreams.State, Integer> states = new EnumMap<>(KafkaStreams.State.class);
        for (KafkaStreams.State state : KafkaStreams.State.values()) {
            states.put(state, state == streams.state() ? 1 : 0);
        }
        meters.streams().streams(states, threads);
        sampled.keySet().stream().filter(partition -> !lags.containsKey(partition))
                .forEach(partition -> meters.sink().lagUnknown(partition.topic(), partition.partition()));
        sampled = Map.copyOf(lags);
        lags.forEach((partition, lag) -> meters.sink().lag(partition.topic(), partition.partition(), lag));
    }

    private List<ThreadMetadata> threads() {
        return streams.state().isRunningOrRebalancing()
                ? new ArrayList<>(streams.metadataForLocalThreads())
                : List.of();
    }

    /// The number of records of each source partition that are not yet committed as processed.
    private Map<TopicPartition, Long> lags(TaskMetadata task) {
        Map<TopicPartition, Long> lags = new HashMap<>();
        task.endOffsets().forEach((partition, end) -> lags.put(partition,
                freshness.lag(partition, Math.max(0, task.committedOffsets().getOrDefault(partition, 0L)), end)));
        return lags;
    }

    /// The state of the streams, and of each local thread, task and store.
    public StreamsSnapshot snapshot() {
        return new StreamsSnapshot(streams.state().name(), threads().stream().map(this::thread).toList(), stores());
    }

    private StreamsSnapshot.StreamThread thread(ThreadMetadata thread) {
        return new StreamsSnapshot.StreamThread(thread.threadName(), thread.threadState(), tasks(thread.activeTasks()),
                tasks(thread.standbyTasks()));
    }

    private List<StreamsSnapshot.Task> tasks(Collection<TaskMetadata> tasks) {
        return tasks.stream().map(task -> new StreamsSnapshot.Task(task.taskId().toString(),
                task.topicPartitions().stream().map(TopicPartition::toString).toList(),
                lags(task).values().stream().mapToLong(Long::longValue).sum())).toList();
    }

    private Map<String, List<StreamsSnapshot.StorePartition>> stores() {
        Map<String, List<StreamsSnapshot.StorePartition>> stores = new TreeMap<>();
        streams.allLocalStorePartitionLags().forEach((store, partitions) -> stores.put(store,
                new TreeMap<>(partitions).entrySet().stream()
                        .map(partition -> storePartition(partition.getKey(), partition.getValue()))
                        .toList()));
        return stores;
    }

    private static StreamsSnapshot.StorePartition storePartition(int partition, LagInfo lag) {
        return new StreamsSnapshot.StorePartition(partition, lag.currentOffsetPosition(), lag.endOffsetPosition(),
                lag.offsetLag());
    }
}
