package com.fanfinity.analytics.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator.Feature;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

/// A Kustomize component that turns the base into the chart's output for an environment.
///
/// @param kustomization the patches and the changed settings
/// @param added the objects that the base lacks; "" for none
record Component(String kustomization, String added) {

    static final String SETTINGS = "analytics-settings";

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(Feature.MINIMIZE_QUOTES, Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS, Feature.LITERAL_BLOCK_STYLE)
            .disable(Feature.WRITE_DOC_START_MARKER, Feature.SPLIT_LINES).build();

    /// Paths that are not compared: the overlay sets the namespace, and the ConfigMap's name has a hash of the
    /// settings.
    private static final Set<String> APART = Set.of("/metadata/namespace",
            "/spec/template/metadata/annotations/fanfinity.com~1settings-checksum");

    /// @param base the chart's output for the base's values
    /// @param environment the chart's output for the base's and the environment's values
    /// @throws IllegalArgumentException if the environment lacks an object of the base
    static Component between(String base, String environment) {
        Map<String, JsonNode> before = byId(Manifests.read(base));
        Map<String, JsonNode> after = byId(Manifests.read(environment));
        Set<String> gone = new TreeSet<>(before.keySet());
        gone.removeAll(after.keySet());
        if (!gone.isEmpty()) {
            throw new IllegalArgumentException("only the base has " + gone);
        }
        String added = Stream.of(environment.split("(?m)^---\n", -1))
                .filter(document -> Manifests.read(document).all().stream()
                        .anyMatch(one -> !before.containsKey(Manifests.idOf(one))))
                .map(document -> "---\n" + document).collect(Collectors.joining());
        return new Component(write(kustomization(before, after, !added.isEmpty())), added);
    }

    private static Map<String, JsonNode> byId(Manifests manifests) {
        return manifests.all().stream()
                .collect(Collectors.toMap(Manifests::idOf, one -> one, (_, two) -> two, TreeMap::new));
    }

    private static ObjectNode kustomization(Map<String, JsonNode> before, Map<String, JsonNode> after,
            boolean isAdded) {
        ObjectNode made = YAML.createObjectNode();
        made.put("apiVersion", "kustomize.config.k8s.io/v1alpha1").put("kind", "Component");
        if (isAdded) {
            made.putArray("resources").add("added.yaml");
        }
        before.forEach((id, manifest) -> {
            JsonNode now = Objects.requireNonNull(after.get(id), id);
            ArrayNode operations = YAML.createArrayNode();
            if (id.equals("ConfigMap/" + SETTINGS)) {
                settings(manifest.path("data"), now.path("data"), made);
            } else {
                compare("", manifest, now, operations);
            }
            if (!operations.isEmpty()) {
                ObjectNode patch = made.withArray("patches").addObject();
                patch.putObject("target").put("kind", manifest.path("kind").asText()).put("name",
                        Manifests.nameOf(manifest));
                patch.put("patch", write(operations));
            }
        });
        return made;
    }

    private static void settings(JsonNode before, JsonNode after, ObjectNode made) {
        Map<String, String> changed = new TreeMap<>(Manifests.strings(after));
        changed.entrySet().removeAll(Manifests.strings(before).entrySet());
        if (!changed.isEmpty()) {
            ObjectNode generator = made.putArray("configMapGenerator").addObject();
            generator.put("name", SETTINGS).put("namespace", Chart.NAMESPACE).put("behavior", "merge");
            changed.forEach((name, value) -> generator.withArray("literals").add(name + "=" + value));
        }
    }

    private static void compare(String path, JsonNode before, JsonNode after, ArrayNode operations) {
        if (APART.contains(path) || before.equals(after)) {
            return;
        }
        if (before.isObject() && after.isObject()) {
            Set<String> names = new TreeSet<>(Manifests.strings(before).keySet());
            names.addAll(Manifests.strings(after).keySet());
            names.forEach(name -> compare(path + "/" + name.replace("~", "~0").replace("/", "~1"), before.path(name),
                    after.path(name),
                    operations));
        } else if (before.isArray() && after.isArray() && before.size() == after.size()) {
            for (int i = 0; i < before.size(); i++) {
                compare(path + "/" + i, before.path(i), after.path(i), operations);
            }
        } else if (after.isMissingNode()) {
            operations.addObject().put("op", "remove").put("path", path);
        } else {
            operations.addObject().put("op", before.isMissingNode() ? "add" : "replace").put("path", path).set("value",
                    after);
        }
    }

    private static String write(JsonNode node) {
        try {
            return YAML.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
