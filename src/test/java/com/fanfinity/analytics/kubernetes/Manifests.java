package com.fanfinity.analytics.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

/// A set of Kubernetes objects that are deployed together.
record Manifests(List<JsonNode> all) {

    private static final YAMLMapper YAML = YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /// Parses YAML documents and skips empty ones. A duplicate key is an error.
    static Manifests read(String text) {
        try (MappingIterator<JsonNode> documents = YAML.readerFor(JsonNode.class).readValues(text)) {
            return new Manifests(
                    documents.readAll().stream().filter(document -> document != null && document.isObject()).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The objects in the first document's list.
    static List<JsonNode> readList(String text) {
        try {
            return nodes(YAML.readTree(text)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A deep copy, which tests can change.
    Manifests copy() {
        return new Manifests(all.stream().map(JsonNode::<JsonNode>deepCopy).toList());
    }

    Stream<JsonNode> ofKind(String... kinds) {
        return all.stream().filter(manifest -> List.of(kinds).contains(manifest.path("kind").asText()));
    }

    /// The objects that run pods.
    Stream<JsonNode> workloads() {
        return ofKind("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod");
    }

    /// The workloads that run until they are stopped: the service.
    Stream<JsonNode> servers() {
        return workloads().filter(workload -> !isJob(workload));
    }

    /// The workloads that end by themselves.
    Stream<JsonNode> jobs() {
        return workloads().filter(Manifests::isJob);
    }

    private static boolean isJob(JsonNode workload) {
        return List.of("Job", "CronJob").contains(workload.path("kind").asText());
    }

    boolean has(String kind, String name) {
        return ofKind(kind).anyMatch(manifest -> nameOf(manifest).equals(name));
    }

    JsonNode one(String kind, String name) {
        return ofKind(kind).filter(manifest -> nameOf(manifest).equals(name)).findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind + " " + name));
    }

    static String nameOf(JsonNode manifest) {
        return manifest.at("/metadata/name").asText();
    }

    /// The kind and name, for messages.
    static String idOf(JsonNode manifest) {
        return manifest.path("kind").asText() + "/" + nameOf(manifest);
    }

    static JsonNode podOf(JsonNode workload) {
        return templateOf(workload).path("spec");
    }

    static Map<String, String> podLabels(JsonNode workload) {
        return strings(templateOf(workload).at("/metadata/labels"));
    }

    private static JsonNode templateOf(JsonNode workload) {
        JsonNode cron = workload.at("/spec/jobTemplate");
        return (cron.isMissingNode() ? workload : cron).at("/spec/template");
    }

    static Stream<JsonNode> containers(JsonNode workload) {
        return Stream.of("initContainers", "containers", "ephemeralContainers")
                .flatMap(list -> nodes(podOf(workload).path(list)));
    }

    static Stream<JsonNode> nodes(JsonNode array) {
        List<JsonNode> nodes = new ArrayList<>();
        array.forEach(nodes::add);
        return nodes.stream();
    }

    static Map<String, String> strings(JsonNode object) {
        Map<String, String> strings = new HashMap<>();
        object.properties().forEach(entry -> strings.put(entry.getKey(), entry.getValue().asText()));
        return strings;
    }

    /// Whether a non-empty label selector matches these labels.
    static boolean selects(JsonNode matchLabels, Map<String, String> labels) {
        Map<String, String> wanted = strings(matchLabels);
        return !wanted.isEmpty() && labels.entrySet().containsAll(wanted.entrySet());
    }

    /// The environment of a workload's first container. Its own variables override those of its ConfigMaps, and
    /// `$(NAME)` is replaced.
    Map<String, String> environment(JsonNode workload) {
        JsonNode container = podOf(workload).path("containers").path(0);
        Map<String, String> environment = new HashMap<>();
        nodes(container.path("envFrom")).map(from -> from.at("/configMapRef/name").asText())
                .filter(name -> has("ConfigMap", name))
                .forEach(name -> environment.putAll(strings(one("ConfigMap", name).path("data"))));
        nodes(container.path("env")).forEach(variable -> {
            String value = variable.has("valueFrom") ? "the-pods" : variable.path("value").asText();
            for (Map.Entry<String, String> known : Map.copyOf(environment).entrySet()) {
                value = value.replace("$(" + known.getKey() + ")", known.getValue());
            }
            environment.put(variable.path("name").asText(), value);
        });
        return environment;
    }
}
