package com.fanfinity.analytics.lab.restore;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import com.fanfinity.analytics.stack.process.ProjectDir;

/// `ops/clickhouse/backup.sh` and `swap.sh` as an operator runs them, and `scheduled.sh` as a clock does.
///
/// @param url of ClickHouse
/// @param prefix of the topics
public record BackupScript(String url, String database, String prefix) {

    private static final Path SCRIPTS = ProjectDir.find().resolve("ops/clickhouse");

    /// @return what it prints
    /// @throws IOException with what it says on standard error, if it fails
    public String run(String... arguments) throws IOException, InterruptedException {
        return toItsEnd(builder("backup.sh", Map.of(), arguments), arguments);
    }

    /// @param environment beside what tells where the database is
    /// @return what it prints
    /// @throws IOException with what it says on standard error, if it fails
    public String runScheduled(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        return toItsEnd(builder("scheduled.sh", environment, arguments), arguments);
    }

    /// @param environment beside what tells where ClickHouse is
    /// @throws IOException with what it says on standard error, if it fails
    public void runSwap(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        toItsEnd(builder("swap.sh", environment, arguments), arguments);
    }

    /// @return it, for the caller to end
    public Process startScheduled(Map<String, String> environment, Path log, String... arguments) throws IOException {
        return builder("scheduled.sh", environment, arguments).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }

    private ProcessBuilder builder(String script, Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>(List.of("sh", SCRIPTS.resolve(script).toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(Map.of("CLICKHOUSE_URL", url, "CLICKHOUSE_DATABASE", database, "KAFKA_TOPIC_PREFIX", prefix));
        builder.environment().putAll(environment);
        return builder;
    }

    private static String toItsEnd(ProcessBuilder builder, String... arguments) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("backup", ".err");
        Process process = builder.redirectError(errors.toFile()).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
            String code = process.isAlive() ? "not ended" : "exit code " + process.exitValue();
            process.destroyForcibly();
            throw new IOException(String.join(" ", arguments) + ": " + code + ": " + Files.readString(errors).strip());
        }
        Files.delete(errors);
        return output;
    }
}
