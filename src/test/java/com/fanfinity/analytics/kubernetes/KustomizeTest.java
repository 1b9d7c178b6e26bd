package com.fanfinity.analytics.kubernetes;

import static com.fanfinity.analytics.kubernetes.Manifests.nodes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.config.SettingsLoader;
import com.fanfinity.analytics.testing.Program;

/// The base, which is the chart rendered, and the overlays as `kubectl kustomize` makes them.
class KustomizeTest {

    private static final Path BASE = Chart.KUBERNETES.resolve("base");
    private static final Path OVERLAYS = Chart.KUBERNETES.resolve("overlays");
    private static final String HEAD = "# The chart with values.yaml beside this, written by `make kubernetes`; not to be changed by hand.\n";

    private static final Map<String, Manifests> MADE = new HashMap<>();

    @Test
    void base_isTheChartRendered() throws IOException {
        Map<String, JsonNode> values = Manifests.read(Files.readString(BASE.resolve("values.yaml"))).all().getFirst().properties().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        String text = Chart.text(Chart.DIRECTORY, "fanfinity", values);
        String settings = Manifests.read(text).one("ConfigMap", "analytics-settings").path("data").properties().stream()
                .map(setting -> setting.getKey() + "=" + setting.getValue().asText() + "\n").sorted().collect(Collectors.joining());
        // Kustomize makes the settings, for the hash in their name.
        String others = Stream.of(text.split("(?m)^---\n", -1)).filter(document -> !document.isBlank())
                .filter(document -> !document.contains("\nkind: ConfigMap\n")).map(document -> "---\n" + document)
                .collect(Collectors.joining());

        assertWritten("rendered.yaml", HEAD + others);
        assertWritten("settings.env", HEAD + settings);
    }

    private static void assertWritten(String name, String expected) throws IOException {
        Path file = BASE.resolve(name);
        if (Boolean.getBoolean("update.kubernetes")) {
            Files.writeString(file, expected);
        }
        assertTrue(Files.exists(file) && Files.readString(file).equals(expected),
                () -> name + " is stale; `make kubernetes` writes it anew");
    }

    @ParameterizedTest
    @ValueSource(strings = {"staging", "production"})
    void overlay_keepsPolicies(String overlay) throws Exception {
        List<JsonNode> made = overlay(overlay).all().stream().filter(manifest -> !manifest.path("kind").asText().equals("Namespace"))
                .toList();

        assertEquals(List.of(), Policy.broken(new Manifests(made)));
    }

    @Test
    void overlays_areOfThePublishedKinds() throws Exception {
        Set<JsonNode> all = new HashSet<>(overlay("staging").all());
        all.addAll(overlay("production").all());

        Schemas.Result result = Schemas.check(all);

        assertEquals(0, result.exitCode(), result.output());
    }

    /// Kustomize says nothing of a patch that matches no object.
    @ParameterizedTest
    @ValueSource(strings = {"staging", "production"})
    void overlay_everyPatch_hasItsEffect(String overlay) throws Exception {
        Manifests made = overlay(overlay);
        JsonNode kustomization = Manifests.read(Files.readString(OVERLAYS.resolve(overlay).resolve("kustomization.yaml"))).all().getFirst();
        List<String> without = new ArrayList<>();
        nodes(kustomization.path("patches")).forEach(patch -> {
            JsonNode target = patch.path("target");
            List<JsonNode> patched = made.ofKind(target.path("kind").asText())
                    .filter(manifest -> Manifests.nameOf(manifest).matches(target.path("name").asText())).toList();
            operations(patch).forEach(operation -> {
                if (patched.isEmpty() || !patched.stream()
                        .allMatch(manifest -> manifest.at(operation.path("path").asText()).equals(operation.path("value")))) {
                    without.add(target + " " + operation);
                }
            });
        });

        assertEquals(List.of(), without);
        assertFalse(kustomization.path("patches").isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"staging,fanfinity-staging", "production,fanfinity"})
    void overlay_namespace_isEverywhereItsOwn(String overlay, String namespace) throws Exception {
        Manifests made = overlay(overlay);

        assertTrue(made.has("Namespace", namespace));
        assertEquals(Set.of(namespace), made.all().stream().filter(manifest -> !manifest.path("kind").asText().equals("Namespace"))
                .map(manifest -> manifest.at("/metadata/namespace").asText()).collect(Collectors.toSet()));
        JsonNode sink = made.one("ScaledObject", "analytics-sink");
        assertTrue(sink.at("/spec/triggers/1/metadata/query").asText().contains("namespace=\"" + namespace + "\""), sink::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"staging", "production"})
    void overlay_settings_areUnderstoodAndAgree(String overlay) throws Exception {
        Manifests made = overlay(overlay);
        for (JsonNode workload : made.workloads().toList()) {
            Map<String, String> environment = made.environment(workload);
            environment.keySet().removeIf(name -> name.endsWith("_FILE"));

            String prefix = SettingsLoader.load(environment).kafka().topicPrefix();

            assertEquals(prefix + "fanfinity-sink",
                    made.one("ScaledObject", "analytics-sink").at("/spec/triggers/0/metadata/consumerGroup").asText());
        }
    }

    /// The name of the settings ends in a hash of them, so that a change of them rolls the pods.
    @Test
    void overlay_settings_areNamedByTheirContents() throws Exception {
        Set<String> names = Set.of(settingsOf("staging"), settingsOf("production"));

        assertTrue(names.stream().allMatch(name -> name.matches("analytics-settings-[a-z0-9]{10}")), names::toString);
    }

    private static String settingsOf(String overlay) throws IOException, InterruptedException {
        return Manifests.nameOf(overlay(overlay).ofKind("ConfigMap").findFirst().orElseThrow());
    }

    private static List<JsonNode> operations(JsonNode patch) {
        return Manifests.readList(patch.path("patch").asText());
    }

    private static Manifests overlay(String name) throws IOException, InterruptedException {
        Manifests made = MADE.get(name);
        if (made == null) {
            Program.Result result = Program.find("kubectl").run(Duration.ofSeconds(60), OVERLAYS, "", "kustomize", name);
            assertEquals(0, result.exitCode(), result.output());
            made = Manifests.read(result.output());
            MADE.put(name, made);
        }
        return made;
    }
}
