package com.fanfinity.analytics.lab.instances;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fanfinity.analytics.lab.instances.JudgedReads.Figures;
import com.fanfinity.analytics.stack.ApiClient.Answer;
import com.fanfinity.analytics.stack.ServiceBuild;

/// Details on which the verdict of the upgrade trial depends.
class UpgradePartsTest {

    private static final Instant SENT = Instant.parse("2026-11-22T12:00:00Z");

    @TempDir
    private Path directory;

    // --- builds

    @Test
    void build_ofADirectory_isItsJarAndOnlyTheChildClassOfTheCompiledTree() throws Exception {
        Files.createFile(directory.resolve("analytics-0.0.9.jar"));
        Files.createDirectories(directory.resolve("lib"));

        String classPath = ServiceBuild.in(directory).classPath().orElseThrow();

        List<String> parts = List.of(classPath.split(File.pathSeparator, -1));
        assertEquals(directory.resolve("analytics-0.0.9.jar").toString(), parts.getFirst());
        assertEquals(List.of("Child.class"), classes(Path.of(parts.getLast())));
        assertEquals(2, parts.size());
    }

    private static List<String> classes(Path root) throws Exception {
        try (var files = Files.walk(root)) {
            return files.filter(Files::isRegularFile).map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void build_ofADirectoryWithoutAJar_isNone() {
        assertThrows(IllegalArgumentException.class, () -> ServiceBuild.in(directory));
    }

    // --- logs

    @Test
    void log_read_returnsNewWholeLines() throws Exception {
        Path file = directory.resolve("service.log");
        ServiceLog log = new ServiceLog(file);
        assertEquals(List.of(), log.news().errors());

        Files.writeString(file, "[ERROR] one\n[INFO] no ERROR\n[ERR");
        assertEquals(List.of("[ERROR] one"), log.news().errors());
        Files.writeString(file, "OR] two\n", StandardOpenOption.APPEND);
        assertEquals(List.of("[ERROR] two"), log.news().errors());
        assertEquals(List.of(), log.news().errors());
    }

    @Test
    void log_everyMessageAboutUnreadableState_isFound() throws Exception {
        Path file = directory.resolve("service.log");
        Files.writeString(file, """
                [ERROR] a ProcessorStateException: stored state has version 2, this code reads version 1 \\n at b
                [ERROR] a ProcessorStateException: stored state of version 3 cannot be read
                [ERROR] a ProcessorStateException: stored identity of 9 bytes cannot be read
                [INFO] state of a killed process removed
                """);

        assertEquals(List.of("stored state has version 2, this code reads version 1",
                "stored state of version 3 cannot be read",
                "stored identity of 9 bytes cannot be read"), new ServiceLog(file).news().unreadable());
    }

    // --- receipts

    @Test
    void receipt_acknowledgedEvent_mustBeCountedAndAcceptedBetweenRequestAndAnswer() throws Exception {
        assertTrue(isRight(200, true, "2026-11-22T12:00:00.500Z"));
        assertFalse(isRight(200, true, "2026-11-22T11:59:59Z"));
        assertFalse(isRight(200, true, "2026-11-22T12:00:02Z"));
        assertFalse(isRight(200, true, "+2285428-12-25T00:34:17.927Z"), "a time read from the wrong bytes");
        assertFalse(isRight(200, false, "2026-11-22T12:00:00.500Z"));
        assertFalse(isRight(404, true, "2026-11-22T12:00:00.500Z"));
        assertFalse(isRight("{\"counted\":true,\"acceptedAt\":null,\"stored\":null}"));
        assertTrue(isRight("{\"counted\":true,\"acceptedAt\":null,\"stored\":true}"), "from ClickHouse alone");
    }

    private static boolean isRight(String receipt) throws Exception {
        return JudgedReceipts.isRight(new Answer(200, receipt), SENT, SENT);
    }

    private static boolean isRight(int status, boolean counted, String acceptedAt) throws Exception {
        return JudgedReceipts.isRight(
                new Answer(status, "{\"counted\":%s,\"acceptedAt\":\"%s\"}".formatted(counted, acceptedAt)), SENT,
                SENT.plusSeconds(1));
    }

    // --- steps

    @Test
    void step_anyViolation_isAFault() {
        assertEquals(List.of(), step(Optional.empty(), Optional.empty(), 0, List.of()).faults());
        assertEquals(List.of("s: ended with exit code 1"),
                step(Optional.of("ended with exit code 1"), Optional.empty(), 0, List.of()).faults());
        assertEquals(List.of("s: not ready"), step(Optional.empty(), Optional.of("not ready"), 0, List.of()).faults());
        assertEquals(List.of("s: 7 reads answered 503"),
                step(Optional.empty(), Optional.empty(), 7, List.of()).faults());
        assertEquals(List.of("s: unreadable stored state of another instance: x"),
                step(Optional.empty(), Optional.empty(), 0, List.of("x")).faults());
    }

    @Test
    void step_afterAnImpossibleRollback_judgesOnlyTheStart() {
        assertEquals(List.of(),
                step(Optional.of("ended with exit code 1"), Optional.empty(), 7, List.of()).faultsOfTheStart());
        assertEquals(2, step(Optional.empty(), Optional.of("not ready"), 0, List.of("x")).faultsOfTheStart().size());
    }

    private static UpgradeStep step(Optional<String> badExit, Optional<String> notReady, long unavailable,
            List<String> unreadable) {
        Histogram none = new Histogram(3);
        return new UpgradeStep("s", Duration.ZERO, badExit, Duration.ZERO, notReady,
                new Figures(600, 0, unavailable, 0, none, none, Map.of()), 0, unreadable);
    }
}
