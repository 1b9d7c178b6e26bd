package com.fanfinity.analytics.shipping;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fanfinity.analytics.testing.Requirements;

/// Checks compose.yaml against the Compose specification's schema, and the workflows with actionlint and
/// action-validator.
class ConfigSchemasTest {

    private record Result(int exitCode, String output) {}

    @Test
    void files_areAccepted() throws IOException, InterruptedException {
        List<Path> files = new ArrayList<>(List.of(Yaml.path("compose.yaml")));
        WorkflowsTest.workflows().forEach(file -> files.add(Yaml.path(file)));

        Result result = check(files);

        assertEquals("4 files, 0 faults", result.output().strip());
        assertEquals(0, result.exitCode());
    }

    @Test
    void files_withFaults_areReported(@TempDir Path directory) throws IOException, InterruptedException {
        String compose = Yaml.read("compose.yaml");
        String workflow = Yaml.read(".github/workflows/ci.yml");
        List<Path> bad = List.of(write(directory, "1-compose.yaml", compose, "cap_drop:", "capdrop:"),
                write(directory, "2-compose.yaml", compose, "condition: service_healthy", "condition: healthy"),
                write(directory, "3-compose.yaml", compose, "stop_grace_period: 60s", "stop_grace_period: a minute"),
                write(directory, "4-compose.yaml", compose, "memory: 2G", "memory: [2G]"),
                write(directory, "5.yml", workflow, "matrix.java }}", "matrix.jdk }}"),
                write(directory, "6.yml", workflow, "runs-on:", "run-on:"),
                write(directory, "7.yml", workflow, "contents: read", "content: read"),
                write(directory, "8.yml", workflow, "github.event_name ==", "github.event_nam =="),
                write(directory, "9.yml", workflow, "timeout-minutes: 40", "timeout-minutes: forty"),
                write(directory, "10.yml", Yaml.read(".github/workflows/release.yml"), "ubuntu-24.04-arm",
                        "ubuntu-24.04-amd"));

        StringBuilder reported = new StringBuilder();
        for (Path file : bad) { // one at a time: action-validator crashes after a few bad files
            Result result = check(List.of(file));
            assertEquals(1, result.exitCode(), file + " has an unreported fault:\n" + result.output());
            assertTrue(result.output().contains(file + ":"), file + " has an unreported fault:\n" + result.output());
            reported.append(result.output());
        }
        assertTrue(reported.indexOf("[actionlint") >= 0 && reported.indexOf("[action-validator]") >= 0,
                reported.toString());
    }

    private static Path write(Path directory, String name, String text, String... replacements) throws IOException {
        String changed = text;
        for (int i = 0; i < replacements.length; i += 2) {
            changed = changed.replace(replacements[i], replacements[i + 1]);
        }
        assertTrue(!changed.equals(text), name + " is unchanged");
        return Files.writeString(directory.resolve(name), changed);
    }

    private static Result check(List<Path> files) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Requirements.node().toString(), Yaml.path("docker/check/check.mjs").toString()));
        files.forEach(file -> command.add(file.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Result(process.waitFor(), output);
    }
}
