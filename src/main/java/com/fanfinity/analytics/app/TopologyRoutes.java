package com.fanfinity.analytics.app;

import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import com.fasterxml.jackson.core.JsonGenerator;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.TopologyDescription.Node;
import org.apache.kafka.streams.TopologyDescription.Processor;
import org.apache.kafka.streams.TopologyDescription.Sink;
import org.apache.kafka.streams.TopologyDescription.Source;
import org.apache.kafka.streams.TopologyDescription.Subtopology;

import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.http.Routes;

/// `GET /api/topology`: what the topology consists of, as text or, if the caller accepts it, as JSON.
public final class TopologyRoutes implements Routes {

    private final TopologyDescription description;

    public TopologyRoutes(TopologyDescription description) {
        this.description = description;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/topology", this::topology);
    }

    private void topology(Context ctx) {
        String accept = ctx.header("Accept");
        if (accept != null && accept.contains("application/json")) {
            ctx.contentType("application/json").result(Json.object(this::write));
        } else {
            ctx.contentType("text/plain; charset=utf-8").result(description.toString());
        }
    }

    private void write(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("subtopologies");
        for (Subtopology subtopology : description.subtopologies()) {
            json.writeStartObject();
            json.writeNumberField("id", subtopology.id());
            json.writeArrayFieldStart("nodes");
            for (Node node : subtopology.nodes()) {
                write(json, node);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, Node node) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", node.name());
        switch (node) {
            case Source source -> {
                json.writeStringField("type", "source");
                names(json, "topics", source.topicSet());
            }
            case Processor processor -> {
                json.writeStringField("type", "processor");
                names(json, "stores", processor.stores());
            }
            case Sink sink -> {
                json.writeStringField("type", "sink");
                names(json, "topics", Set.of(sink.topic()));
            }
            default -> json.writeStringField("type", "other");
        }
        names(json, "successors", node.successors().stream().map(Node::name).collect(Collectors.toSet()));
        json.writeEndObject();
    }

    private static void names(JsonGenerator json, String field, Set<String> names) throws IOException {
        json.writeArrayFieldStart(field);
        for (String name : new TreeSet<>(names)) {
            json.writeString(name);
        }
        json.writeEndArray();
    }
}
