package com.fanfinity.analytics.monitoring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fanfinity.analytics.stack.process.ProjectDir;
import com.fanfinity.analytics.testing.Requirements;

/// TypeScript's compiler checks the dashboards' JSON against the types that Grafana publishes (`@grafana/schema`).
class DashboardTypesTest {

    private record Result(int exitCode, String output) {}

    @Test
    void dashboards_areOfGrafanasTypes() throws IOException, InterruptedException {
        try (Stream<Path> files = Files.list(Dashboard.DIRECTORY)) {
            Result result = check(files.sorted().toList());
            assertEquals("6 dashboards, 0 faults", result.output().strip());
            assertEquals(0, result.exitCode());
        }
    }

    @Test
    void dashboards_withFaults_areFoundOut(@TempDir Path directory) throws IOException, InterruptedException {
        String good = Files.readString(Dashboard.DIRECTORY.resolve("overview.json"));
        List<Path> bad = new ArrayList<>();
        for (String[] fault : new String[][]{{"\"colorMode\": \"value\"", "\"colorMode\": \"valu\""},
            {"\"lineWidth\"", "\"linewidth\""},
            {"\"unit\"", "\"units\""}, {"\"expr\"", "\"query\""},
            {"\"type\": \"timeseries\"", "\"type\": \"graph\""}}) {
            assertTrue(good.contains(fault[0]), fault[0]);
            bad.add(Files.writeString(directory.resolve(bad.size() + ".json"), good.replace(fault[0], fault[1])));
        }

        Result result = check(bad);

        assertEquals(1, result.exitCode());
        bad.forEach(file -> assertTrue(result.output().contains(file + ":"),
                file + " is not found out:\n" + result.output()));
    }

    private static Result check(List<Path> files) throws IOException, InterruptedException {
        Path root = ProjectDir.find();
        List<String> command = new ArrayList<>(
                List.of(Requirements.node().toString(), root.resolve("ops/grafana/check/check.mjs").toString()));
        files.forEach(file -> command.add(file.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Result(process.waitFor(), output);
    }
}
