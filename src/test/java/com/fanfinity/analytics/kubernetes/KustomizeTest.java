package com.fanfinity.analytics.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import com.fanfinity.analytics.testing.Program;

/// The base and the overlays are made of the chart and of the environments' values; Kustomize makes of them what Helm does.
class KustomizeTest {

    private static final Path BASE = Chart.KUBERNETES.resolve("base");
    private static final String HEAD = "# Written by `make kubernetes`, of %s; not to be changed by hand.\n";
    private static final Pattern HASHED = Pattern.compile("(" + Component.SETTINGS + ")-[a-z0-9]{10}\\b");

    static Stream<DeployEnvironment> environments() {
        return DeployEnvironment.all().stream();
    }

    @BeforeAll
    static void update() throws IOException {
        if (Boolean.getBoolean("update.kubernetes")) {
            for (DeployEnvironment environment : DeployEnvironment.all()) {
                write(overlay(environment));
            }
            write(base());
        }
    }

    private static void write(Map<Path, String> files) throws IOException {
        for (Map.Entry<Path, String> file : files.entrySet()) {
            Files.createDirectories(file.getKey().getParent());
            if (file.getValue().isEmpty()) {
                Files.deleteIfExists(file.getKey());
            } else {
                Files.writeString(file.getKey(), file.getValue());
            }
        }
    }

    @Test
    void base_isTheChartRendered() throws IOException {
        assertWritten(base());
    }

    @ParameterizedTest
    @MethodSource("environments")
    void overlay_isTheEnvironmentsDifferenceFromTheBase(DeployEnvironment environment) throws IOException {
        assertWritten(overlay(environment));
    }

    private static Map<Path, String> base() {
        String head = HEAD.formatted("the chart with base/values.yaml");
        String text = DeployEnvironment.base();
        String settings = Manifests.read(text).one("ConfigMap", Component.SETTINGS).path("data").properties().stream()
                .map(setting -> setting.getKey() + "=" + setting.getValue().asText() + "\n").sorted().collect(Collectors.joining());
        // Kustomize makes the settings, for the hash in their name.
        String others = Stream.of(text.split("(?m)^---\n", -1)).filter(document -> !document.isBlank())
                .filter(document -> !Manifests.read(document).has("ConfigMap", Component.SETTINGS)).map(document -> "---\n" + document)
                .collect(Collectors.joining());
        return Map.of(BASE.resolve("rendered.yaml"), head + others, BASE.resolve("settings.env"), head + settings);
    }

    /// @return file → what must be in it; "" if it must not be there
    private static Map<Path, String> overlay(DeployEnvironment environment) throws IOException {
        String head = HEAD.formatted("the chart with base/values.yaml and environments/" + environment + ".yaml");
        Path rendered = environment.overlay().resolve("rendered");
        Component component = Component.between(DeployEnvironment.base(), environment.text());
        return Map.of(rendered.resolve("kustomization.yaml"), head + component.kustomization(), rendered.resolve("added.yaml"),
                component.added().isEmpty() ? "" : head + component.added());
    }

    private static void assertWritten(Map<Path, String> files) throws IOException {
        for (Map.Entry<Path, String> file : files.entrySet()) {
            assertEquals(file.getValue(), Files.exists(file.getKey()) ? Files.readString(file.getKey()) : "",
                    () -> file.getKey() + " is stale; `make kubernetes` writes it anew");
        }
    }

    /// Kustomize says nothing of a patch that matches no object: so all that comes out is compared, but for what only the overlay has.
    @ParameterizedTest
    @MethodSource("environments")
    void overlay_isWhatHelmDeploys(DeployEnvironment environment) throws Exception {
        String made = kustomize(environment);

        Map<String, JsonNode> expected = compared(environment.text());
        Map<String, JsonNode> actual = compared(made);
        assertEquals(expected.keySet(), actual.keySet());
        expected.forEach((id, manifest) -> assertEquals(manifest, actual.get(id), id));
        Manifests manifests = Manifests.read(made);
        assertTrue(manifests.has("Namespace", environment.namespace()));
        assertEquals(manifests.all().size(),
                Pattern.compile("(?m)^ {4}fanfinity.com/environment: " + environment + "$").matcher(made).results().count());
        // The name of the settings ends in a hash of them, so that a change of them rolls the pods.
        assertTrue(HASHED.matcher(Manifests.nameOf(manifests.ofKind("ConfigMap").filter(map -> map.path("data").has("HTTP_PORT"))
                .findFirst().orElseThrow())).matches());
    }

    /// Without what differs by who made it: the label of that, the environment's, the way to see that the settings changed.
    private static Map<String, JsonNode> compared(String text) {
        Map<String, JsonNode> compared = new TreeMap<>();
        Manifests.read(HASHED.matcher(text).replaceAll("$1")).all().stream()
                .filter(manifest -> !manifest.path("kind").asText().equals("Namespace")).forEach(manifest -> {
                    if (manifest.at("/metadata/labels") instanceof ObjectNode labels) {
                        labels.remove(List.of("app.kubernetes.io/managed-by", "fanfinity.com/environment"));
                    }
                    if (Manifests.nameOf(manifest).equals(Component.SETTINGS) && manifest.path("metadata") instanceof ObjectNode made) {
                        made.remove("labels");
                    }
                    if (manifest.at("/spec/template/metadata") instanceof ObjectNode template) {
                        template.remove("annotations");
                    }
                    compared.put(Manifests.idOf(manifest), manifest);
                });
        return compared;
    }

    private static String kustomize(DeployEnvironment environment) throws IOException, InterruptedException {
        Program.Result result = Program.find("kubectl").run(Duration.ofSeconds(60), environment.overlay(), "", "kustomize", ".");
        assertEquals(0, result.exitCode(), result.output());
        return result.output();
    }
}
