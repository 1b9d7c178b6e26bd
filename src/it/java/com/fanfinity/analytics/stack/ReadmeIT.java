package com.fanfinity.analytics.stack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import com.fanfinity.analytics.stack.process.Ports;
import com.fanfinity.analytics.stack.process.ProjectDir;
import com.fanfinity.analytics.testing.Program;

/// The README's `make dev` and its six API lines, literally, on a clean clone.
@Tag("slow")
class ReadmeIT {

    /// A clean clone compiles everything and installs the engine's package first.
    private static final Duration START = Duration.ofMinutes(8);

    private static final List<String> EXPECTED = List.of("\"status\":\"accepted\"", "\"accepted\":1", "Rovers",
            "\"windows\"", "try-1",
            "\"partitions\"");

    @Test
    @Timeout(value = 12, unit = TimeUnit.MINUTES)
    void makeDev_onACleanClone_answersTheSixLines(@TempDir Path directory) throws Exception {
        Path clone = directory.resolve("clone");
        Program.Result cloned = Program.find("git").run(Duration.ofMinutes(1), directory, "", "clone", "-q",
                ProjectDir.find().toString(), clone.toString());
        assertEquals(0, cloned.exitCode(), cloned::output);
        Path log = directory.resolve("dev.log");
        int port = Ports.free();
        ProcessBuilder make = new ProcessBuilder("make", "dev").directory(clone.toFile()).redirectErrorStream(true)
                .redirectOutput(log.toFile());
        make.environment()
                .putAll(Map.of("HTTP_PORT", Integer.toString(port), "KAFKA_PORT", Integer.toString(Ports.free()),
                        "CLICKHOUSE_PORT", Integer.toString(Ports.free()), "DEMO", "off"));
        Process dev = make.start();
        try {
            Await.until(START, "make dev prints the lines to try", () -> {
                assertTrue(dev.isAlive(), () -> read(log));
                return read(log).contains("Try:");
            });
            List<String> lines = apiLines(Files.readString(clone.resolve("README.md")));
            assertEquals(EXPECTED.size(), lines.size());
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                Program.Result answer = Program.find("sh").run(Duration.ofSeconds(30), clone, "", "-c",
                        line.replace("localhost:8080", "localhost:" + port));
                String expected = EXPECTED.get(i);
                assertTrue(answer.output().contains(expected), () -> line + " answers " + answer.output());
            }
        } finally {
            dev.destroy();
            assertTrue(dev.waitFor(60, TimeUnit.SECONDS), () -> read(log));
        }
    }

    private static List<String> apiLines(String readme) {
        int start = readme.indexOf("```sh\n", readme.indexOf("\n## The API in six lines\n")) + "```sh\n".length();
        return readme.substring(start, readme.indexOf("```", start)).lines().toList();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
