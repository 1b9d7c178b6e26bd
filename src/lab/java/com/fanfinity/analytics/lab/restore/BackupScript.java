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

/// Runs `ops/clickhouse/backup.sh` and `swap.sh` like an operator, and `scheduled.sh` like a scheduler.
///
/// @param url the address of ClickHouse
/// @param prefix the prefix of the topics
public record BackupScript(String url, String database, String prefix) {

    private static final Path SCRIPTS = ProjectDir.find().resolve("ops/clickhouse");

    /// @return standard output
    /// @throws IOException with standard error, if the script fails
    public String run(String... arguments) throws IOException, InterruptedException {
        return toItsEnd(builder("backup.sh", Map.of(), arguments), arguments);
    }

    /// @param environment added to the address of the database
    /// @return standard output
    /// @throws IOException with standard error, if the script fails
    public String runScheduled(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        return toItsEnd(builder("scheduled.sh", environment, arguments), arguments);
    }

    /// @param environment added to the address of ClickHouse
    /// @throws IOException with standard error, if the script fails
    public void runSwap(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        toItsEnd(builder("swap.sh", environment, arguments), arguments);
    }

    /// @return the process, which the caller must end
    public Process startScheduled(Map<String, String> environment, Path log, String... arguments) throws IOException {
        return builder("scheduled.sh", environment, arguments).redirectErrorStream(true).redirectOutput(log.toFile())
                .start();
    }

    private ProcessBuilder builder(String script, Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>(List.of("sh", SCRIPTS.resolve(script).toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment()
                .putAll(Map.of("CLICKHOUSE_URL", url, "CLICKHOUSE_DATABASE", database, "KAFKA_TOPIC_PREFIX", prefix));
        builder.environment().putAll(environment);
        return builder;
    }

    private static String toItsEnd(ProcessBuilder builder, String... arguments)
            throws IOException, InterruptedException {
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
