package com.fanfinity.analytics.kubernetes;

import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

/// The schema check must find faults that an API server or an operator would reject or ignore.
class ManifestSchemasTest {

    private static final Map<String, String> FAULTS = Map.ofEntries(
            entry("\"readOnlyRootFilesystem\"", "\"readonlyRootFilesystem\""),
            entry("\"failureThreshold\":120", "\"failureThreshold\":\"many\""),
            entry("\"whenUnsatisfiable\"", "\"unsatisfiable\""),
            entry("\"averageUtilization\"", "\"averageUtilisation\""),
            entry("\"scaleTargetRef\"", "\"scaleTarget\""),
            entry("\"unhealthyPodEvictionPolicy\":\"AlwaysAllow\"", "\"unhealthyPodEvictionPolicy\":\"Always\""),
            entry("\"policyTypes\"", "\"policyType\""),
            entry("\"sampleLimit\"", "\"samplesLimit\""),
            entry("\"expr\"", "\"expression\""),
            entry("\"kind\":\"TriggerAuthentication\"", "\"kind\":\"TriggerAuth\""),
            entry("\"jobTemplate\"", "\"jobsTemplate\""),
            entry("\"concurrencyPolicy\":\"Forbid\"", "\"concurrencyPolicy\":\"Never\""));

    @Test
    void check_faults_areReported() throws Exception {
        List<String> good = Chart.render(Combinations.everythingOn()).all().stream().map(JsonNode::toString).toList();
        List<JsonNode> bad = FAULTS.entrySet().stream()
                .map(fault -> read(good.stream().filter(text -> text.contains(fault.getKey()))
                        .findFirst().orElseThrow(() -> new AssertionError("not in any manifest: " + fault.getKey()))
                        .replace(fault.getKey(), fault.getValue())))
                .toList();

        Schemas.Result result = Schemas.check(bad);

        assertEquals(1, result.exitCode());
        assertEquals(List.of(), FAULTS.values().stream().map(fault -> fault.replaceFirst("^\"kind\":", "")
                .replaceFirst("^(\"\\w+\"):.*", "$1").replace("\"", ""))
                .filter(name -> !result.output().contains(name)).toList(), result.output());
    }

    @Test
    void check_emptyList_isAFault() throws Exception {
        assertTrue(Schemas.check(Stream.<JsonNode>of().toList()).exitCode() != 0);
    }

    private static JsonNode read(String json) {
        return Manifests.read(json).all().getFirst();
    }
}
