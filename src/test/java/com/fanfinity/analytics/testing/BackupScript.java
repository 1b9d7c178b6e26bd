package com.fanfinity.analytics.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import com.fanfinity.analytics.local.ProjectDir;

/// `ops/clickhouse/backup.sh` as an operator runs it.
///
/// @param url of ClickHouse
/// @param prefix of the topics
public record BackupScript(String url, String database, String prefix) {

    private static final Path SCRIPT = ProjectDir.find().resolve("ops/clickhouse/backup.sh");

    /// @return what it prints
    /// @throws IOException with what it says on standard error, if it fails
    public String run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("sh", SCRIPT.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(Map.of("CLICKHOUSE_URL", url, "CLICKHOUSE_DATABASE", database, "KAFKA_TOPIC_PREFIX", prefix));
        Path errors = Files.createTempFile("backup", ".err");
        Process process = builder.redirectError(errors.toFile()).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(String.join(" ", arguments) + ": " + Files.readString(errors).strip());
        }
        Files.delete(errors);
        return output;
    }
}
