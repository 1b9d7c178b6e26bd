package com.fanfinity.analytics.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import com.fanfinity.analytics.testing.Requirements;

/// Checks objects against the types and schemas that Kubernetes and the operators publish (`ops/kubernetes/check`).
final class Schemas {

    private static final JsonMapper JSON = new JsonMapper();

    private Schemas() {}

    /// @param output one line for each fault, then their number
    record Result(int exitCode, String output) {}

    static Result check(Collection<JsonNode> manifests) throws IOException, InterruptedException {
        Path file = Files.createTempFile("manifests", ".json");
        try {
            Files.writeString(file, JSON.writeValueAsString(manifests));
            Process process = new ProcessBuilder(Requirements.node().toString(),
                    Chart.KUBERNETES.resolve("check/check.mjs").toString(),
                    file.toString()).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            return new Result(process.waitFor(), output);
        } finally {
            Files.delete(file);
        }
    }
}
