package com.fanfinity.analytics.app;

import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.TopologyDescription.Node;
import org.apache.kafka.streams.TopologyDescription.Processor;
import org.apache.kafka.streams.TopologyDescription.Sink;
import org.apache.kafka.streams.TopologyDescription.Source;
import org.apache.kafka.streams.TopologyDescription.Subtopology;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.http.Access;
import com.fanfinity.analytics.http.Routes;

/// `GET /api/topology`: the description of the topology, as text or, if the client accepts it, as JSON.
final class TopologyRoutes implements Routes {

    private record TopologyAnswer(List<SubtopologyAnswer> subtopologies) {}

    private record SubtopologyAnswer(int id, List<NodeAnswer> nodes) {}

    /// @param topics of a source or a sink
    /// @param stores of a processor
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record NodeAnswer(String name, String type, @Nullable SortedSet<String> topics,
            @Nullable SortedSet<String> stores,
            SortedSet<String> successors) {}

    private final TopologyDescription description;

    TopologyRoutes(TopologyDescription description) {
        this.description = description;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/topology", this::topology, Access.OPS);
    }

    private void topology(Context ctx) {
        String accept = ctx.header("Accept");
        if (accept != null && accept.contains("application/json")) {
            ctx.contentType("application/json").result(Json.toBytes(answer()));
        } else {
            ctx.contentType("text/plain; charset=utf-8").result(description.toString());
        }
    }

    private TopologyAnswer answer() {
        return new TopologyAnswer(description.subtopologies().stream().map(TopologyRoutes::answer).toList());
    }

    private static SubtopologyAnswer answer(Subtopology subtopology) {
        return new SubtopologyAnswer(subtopology.id(),
                subtopology.nodes().stream().map(TopologyRoutes::answer).toList());
    }

    private static NodeAnswer answer(Node node) {
        SortedSet<String> successors = node.successors().stream().map(Node::name)
                .collect(Collectors.toCollection(TreeSet::new));
        return switch (node) {
            case Source source ->
                new NodeAnswer(node.name(), "source", new TreeSet<>(source.topicSet()), null, successors);
            case Processor processor ->
                new NodeAnswer(node.name(), "processor", null, new TreeSet<>(processor.stores()), successors);
            case Sink sink ->
                new NodeAnswer(node.name(), "sink", new TreeSet<>(Set.of(sink.topic())), null, successors);
            default -> new NodeAnswer(node.name(), "other", null, null, successors);
        };
    }
}
