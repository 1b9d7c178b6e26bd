package com.fanfinity.analytics.app;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.javalin.config.RoutesConfig;
import org.apache.kafka.clients.admin.StreamsGroupMemberAssignment;
import org.apache.kafka.clients.admin.StreamsGroupMemberAssignment.TaskIds;
import org.apache.kafka.clients.admin.StreamsGroupMemberDescription;

import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.http.Access;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.peers.PartitionDirectory;
import com.fanfinity.analytics.streams.StreamsSnapshot;
import com.fanfinity.analytics.streams.StreamsStatus;

/// `GET /api/streams`, for operators: which instance has which partition, active or standby, according to the group
/// coordinator. For this instance also the state of each thread, the lag of each task, and the restore position of each
/// store.
final class StreamsRoutes implements Routes {

    private record StreamsAnswer(@JsonUnwrapped StreamsSnapshot local, List<InstanceAnswer> instances) {}

    private record InstanceAnswer(String instance, int threads, SortedSet<Integer> active,
            SortedSet<Integer> standby) {}

    private static final StreamsSnapshot ROLE_OFF = new StreamsSnapshot("OFF", List.of(), Map.of());

    private final Optional<StreamsStatus> local;
    private final PartitionDirectory directory;

    /// @param local empty if the role streams is off
    StreamsRoutes(Optional<StreamsStatus> local, PartitionDirectory directory) {
        this.local = local;
        this.directory = directory;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/streams", ctx -> ctx.contentType("application/json").header("Cache-Control", "no-store")
                .result(Json
                        .toBytes(new StreamsAnswer(local.map(StreamsStatus::snapshot).orElse(ROLE_OFF), instances()))),
                Access.OPS);
    }

    /// Each stream thread is a member of the group. The process id of a member is part of its thread's name.
    private List<InstanceAnswer> instances() {
        SortedMap<String, List<StreamsGroupMemberDescription>> byProcess = directory.members().stream()
                .collect(Collectors.groupingBy(StreamsGroupMemberDescription::processId, TreeMap::new,
                        Collectors.toList()));
        return byProcess.entrySet().stream()
                .map(process -> new InstanceAnswer(process.getKey(), process.getValue().size(),
                        partitions(process.getValue(), StreamsGroupMemberAssignment::activeTasks),
                        partitions(process.getValue(), StreamsGroupMemberAssignment::standbyTasks)))
                .toList();
    }

    private static SortedSet<Integer> partitions(List<StreamsGroupMemberDescription> members,
            Function<StreamsGroupMemberAssignment, Collection<TaskIds>> tasks) {
        return members.stream().flatMap(member -> tasks.apply(member.assignment()).stream())
                .flatMap(task -> task.partitions().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
