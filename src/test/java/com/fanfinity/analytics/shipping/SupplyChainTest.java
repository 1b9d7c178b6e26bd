package com.fanfinity.analytics.shipping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;

import org.junit.jupiter.api.Test;

/// Releases have SBOMs and attestations, and a deployment verifies them first.
class SupplyChainTest {

    private static List<Yaml> steps(String workflow, String job) throws IOException {
        return Yaml.parse(Yaml.read(".github/workflows/" + workflow + ".yml")).at("jobs", job).at("steps").list();
    }

    private static int first(List<Yaml> steps, String text) {
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i).at("run").text().contains(text)) {
                return i;
            }
        }
        return -1;
    }

    private static List<Yaml> attestations(String job) throws IOException {
        return steps("release", job).stream().filter(step -> step.at("uses").text().startsWith("actions/attest@"))
                .toList();
    }

    @Test
    void deploy_verifiesTheImageBeforeItReachesTheCluster() throws IOException {
        List<Yaml> steps = steps("deploy", "deploy");
        int verify = first(steps, "gh attestation verify");
        assertTrue(verify >= 0, "no step verifies the image");
        String command = steps.get(verify).at("run").text();
        for (String part : List.of("oci://$IMAGE@$DIGEST", "--repo \"$GITHUB_REPOSITORY\"",
                "--signer-workflow \"$GITHUB_REPOSITORY/.github/workflows/release.yml\"",
                "https://slsa.dev/provenance/v1", "https://cyclonedx.org/bom")) {
            assertTrue(command.contains(part), part);
        }
        assertTrue(steps.get(verify).at("continue-on-error").text().isEmpty(),
                "a failure does not stop the deployment");
        assertTrue(verify < first(steps, "helm history"), "the cluster is reached before the check");
        assertTrue(verify < first(steps, "KUBE_CONFIG"), "the cluster's secret is read before the check");
    }

    @Test
    void release_attestsProvenanceAndSbomOfTheImage() throws IOException {
        List<Yaml> attestations = attestations("image");
        assertEquals(2, attestations.size());
        assertEquals(1, attestations.stream().filter(step -> step.at("with").has("sbom-path")).count());
        assertTrue(attestations.stream().allMatch(step -> step.at("with").has("subject-digest")));
    }

    @Test
    void release_attestsTheSbomOfTheJarAfterComparingIt() throws IOException {
        assertTrue(attestations("publish").stream()
                .anyMatch(step -> step.at("with", "sbom-path").text().equals("target/analytics.cdx.json")));
        assertTrue(first(steps("release", "publish"), "bin/sbom-check") >= 0, "the SBOM is not compared");
        assertTrue(Yaml.read("pom.xml").contains("<outputName>analytics.cdx</outputName>"), "the pom writes no SBOM");
    }
}
