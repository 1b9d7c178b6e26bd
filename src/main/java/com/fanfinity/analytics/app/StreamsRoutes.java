package com.fanfinity.analytics.app;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

import com.fasterxml.jackson.core.JsonGenerator;
import io.javalin.config.RoutesConfig;
import org.apache.kafka.clients.admin.StreamsGroupMemberAssignment.TaskIds;
import org.apache.kafka.clients.admin.StreamsGroupMemberDescription;

import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.peers.PartitionDirectory;
import com.fanfinity.analytics.streams.StreamsStatus;

/// `GET /api/streams`, for operators: which instance holds which partition, active or standby, as the group's coordinator says; and of this
/// instance the state of each thread, the lag of each task, and how far each store is restored.
final class StreamsRoutes implements Routes {

    private final Optional<StreamsStatus> here;
    private final PartitionDirectory directory;

    /// @param here empty if this instance has no streams
    StreamsRoutes(Optional<StreamsStatus> here, PartitionDirectory directory) {
        this.here = here;
        this.directory = directory;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/streams", ctx -> ctx.contentType("application/json").header("Cache-Control", "no-store")
                .result(Json.object(this::write)));
    }

    private void write(JsonGenerator json) throws IOException {
        if (here.isPresent()) {
            here.get().write(json);
        } else {
            json.writeStringField("state", "OFF");
            json.writeArrayFieldStart("threads");
            json.writeEndArray();
            json.writeObjectFieldStart("stores");
            json.writeEndObject();
        }
        json.writeArrayFieldStart("instances");
        for (Map.Entry<String, Instance> instance : instances().entrySet()) {
            json.writeStartObject();
            json.writeStringField("instance", instance.getKey());
            json.writeNumberField("threads", instance.getValue().threads);
            write(json, "active", instance.getValue().active);
            write(json, "standby", instance.getValue().standby);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /// The members of one process: each of its threads is one.
    private static final class Instance {
        private int threads;
        private final Set<Integer> active = new TreeSet<>();
        private final Set<Integer> standby = new TreeSet<>();
    }

    /// By their names, which are part of the names of their threads.
    private SortedMap<String, Instance> instances() {
        SortedMap<String, Instance> instances = new TreeMap<>();
        for (StreamsGroupMemberDescription member : directory.members()) {
            Instance instance = instances.computeIfAbsent(member.processId(), _ -> new Instance());
            instance.threads++;
            member.assignment().activeTasks().stream().map(TaskIds::partitions).forEach(instance.active::addAll);
            member.assignment().standbyTasks().stream().map(TaskIds::partitions).forEach(instance.standby::addAll);
        }
        return instances;
    }

    private static void write(JsonGenerator json, String field, Set<Integer> partitions) throws IOException {
        json.writeArrayFieldStart(field);
        for (int partition : partitions) {
            json.writeNumber(partition);
        }
        json.writeEndArray();
    }
}
