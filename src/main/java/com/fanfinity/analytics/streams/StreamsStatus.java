package com.fanfinity.analytics.streams;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.core.JsonGenerator;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.LagInfo;
import org.apache.kafka.streams.TaskMetadata;
import org.apache.kafka.streams.ThreadMetadata;

import com.fanfinity.analytics.metrics.Meters;

/// What the streams of this instance are doing: {@link #write} for people, {@link #sample} for the meters.
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

    /// Takes the state, the threads by state and the lag of each source partition into the meters.
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
        return streams.state().isRunningOrRebalancing() ? new ArrayList<>(streams.metadataForLocalThreads()) : List.of();
    }

    /// Records of each source partition that are not yet committed as processed.
    private Map<TopicPartition, Long> lags(TaskMetadata task) {
        Map<TopicPartition, Long> lags = new HashMap<>();
        task.endOffsets().forEach((partition, end) -> lags.put(partition,
                freshness.waiting(partition, Math.max(0, task.committedOffsets().getOrDefault(partition, 0L)), end)));
        return lags;
    }

    /// State, threads with their tasks, and stores with their place in their changelogs: members of an object.
    public void write(JsonGenerator json) throws IOException {
        json.writeStringField("state", streams.state().name());
        json.writeArrayFieldStart("threads");
        for (ThreadMetadata thread : threads()) {
            json.writeStartObject();
            json.writeStringField("name", thread.threadName());
            json.writeStringField("state", thread.threadState());
            tasks(json, "active", thread.activeTasks());
            tasks(json, "standby", thread.standbyTasks());
            json.writeEndObject();
        }
        json.writeEndArray();
        stores(json);
    }

    private void tasks(JsonGenerator json, String field, Iterable<TaskMetadata> tasks) throws IOException {
        json.writeArrayFieldStart(field);
        for (TaskMetadata task : tasks) {
            json.writeStartObject();
            json.writeStringField("task", task.taskId().toString());
            json.writeArrayFieldStart("partitions");
            for (TopicPartition partition : task.topicPartitions()) {
                json.writeString(partition.toString());
            }
            json.writeEndArray();
            json.writeNumberField("lag", lags(task).values().stream().mapToLong(Long::longValue).sum());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void stores(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("stores");
        for (var store : new TreeMap<>(streams.allLocalStorePartitionLags()).entrySet()) {
            json.writeArrayFieldStart(store.getKey());
            for (Map.Entry<Integer, LagInfo> partition : new TreeMap<>(store.getValue()).entrySet()) {
                json.writeStartObject();
                json.writeNumberField("partition", partition.getKey());
                json.writeNumberField("position", partition.getValue().currentOffsetPosition());
                json.writeNumberField("end", partition.getValue().endOffsetPosition());
                json.writeNumberField("lag", partition.getValue().offsetLag());
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }
}
