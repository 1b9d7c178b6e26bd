package com.fanfinity.analytics.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import com.fanfinity.analytics.config.SettingsLoader;
import com.fanfinity.analytics.stack.process.ProjectDir;

/// Checks the values that the workflow `deploy` passes to Helm.
class EnvironmentsTest {

    static Stream<DeployEnvironment> environments() {
        return DeployEnvironment.all().stream();
    }

    @ParameterizedTest
    @MethodSource("environments")
    void environment_keepsPolicies(DeployEnvironment environment) throws IOException {
        assertEquals(List.of(), Policy.broken(Manifests.read(environment.text())));
    }

    @Test
    void environments_matchThePublishedSchemas() throws Exception {
        Set<JsonNode> all = new HashSet<>();
        for (DeployEnvironment environment : DeployEnvironment.all()) {
            all.addAll(Manifests.read(environment.text()).all());
        }

        Schemas.Result result = Schemas.check(all);

        assertEquals(0, result.exitCode(), result.output());
    }

    @ParameterizedTest
    @MethodSource("environments")
    void environment_settings_areAcceptedAndConsistent(DeployEnvironment environment) throws Exception {
        Manifests made = Manifests.read(environment.text());
        for (JsonNode workload : made.servers().toList()) {
            Map<String, String> settings = made.environment(workload);
            settings.keySet().removeIf(name -> name.endsWith("_FILE"));

            String prefix = SettingsLoader.load(settings).kafka().topicPrefix();

            JsonNode triggers = made.one("ScaledObject", "analytics-sink").at("/spec/triggers");
            assertEquals(prefix + "fanfinity-sink", triggers.at("/0/metadata/consumerGroup").asText());
            assertTrue(triggers.at("/1/metadata/query").asText()
                    .contains("namespace=\"" + environment.namespace() + "\""));
        }
    }

    /// Otherwise all clients behind the Ingress share the rate of one address.
    @ParameterizedTest
    @MethodSource("environments")
    void environment_withAnIngress_trustsItsController(DeployEnvironment environment) throws Exception {
        Manifests made = Manifests.read(environment.text());
        assertTrue(made.ofKind("Ingress").findAny().isPresent());

        Map<String, String> settings = made.environment(made.one("Deployment", "analytics-ingest"));
        settings.keySet().removeIf(name -> name.endsWith("_FILE"));

        assertFalse(SettingsLoader.load(settings).security().trustedProxies().isEmpty());
    }

    /// A value without effect is unknown to the chart or repeats the base's value.
    @ParameterizedTest
    @MethodSource("environments")
    void environment_everyValue_hasAnEffect(DeployEnvironment environment) throws IOException {
        Path file = Chart.KUBERNETES.resolve("environments").resolve(environment + ".yaml");
        JsonNode defaults = Manifests.read(Files.readString(Chart.DIRECTORY.resolve("values.yaml"))).all().getFirst();

        List<String> same = leaves("", Manifests.read(Files.readString(file)).all().getFirst())
                .filter(leaf -> defaults.at(leaf.getKey()).equals(leaf.getValue())).map(Map.Entry::getKey)
                .filter(path -> !path.equals("/ingress/host")).toList();

        assertEquals(List.of(), same);
    }

    private static Stream<Map.Entry<String, JsonNode>> leaves(String path, JsonNode node) {
        return node.isObject()
                ? node.properties().stream()
                        .flatMap(child -> leaves(path + "/" + child.getKey().replace("/", "~1"), child.getValue()))
                : Stream.of(Map.entry(path, node));
    }

    /// The workflow passes these files to Helm and uses the overlays' namespaces.
    @Test
    void deploy_usesTheEnvironmentFiles() throws IOException {
        String workflow = Files.readString(ProjectDir.find().resolve(".github/workflows/deploy.yml"));

        assertTrue(workflow.contains("VALUES: ops/kubernetes/environments/${{ inputs.environment }}.yaml\n"));
        assertTrue(workflow.contains("--values ops/kubernetes/base/values.yaml --values \"$VALUES\""));
        assertTrue(workflow.contains("helm upgrade " + DeployEnvironment.RELEASE + " ops/kubernetes/chart"));
        assertTrue(workflow.contains(
                "options: " + environments().map(DeployEnvironment::name).sorted().collect(Collectors.toList())
                        .reversed() + "\n"));
        assertTrue(
                workflow.contains("NAMESPACE: ${{ inputs.environment == 'production' && '"
                        + new DeployEnvironment("production").namespace()
                        + "' || '" + new DeployEnvironment("staging").namespace() + "' }}\n"));
    }

    @Test
    void component_objectMissingInEnvironment_isRejected() throws IOException {
        String whole = DeployEnvironment.base();
        String lacking = whole.replace("name: analytics-live\n", "name: analytics-alive\n");

        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class,
                () -> Component.between(whole, lacking));

        assertTrue(Objects.requireNonNull(refusal.getMessage()).contains("Deployment/analytics-live"),
                refusal::toString);
    }
}
