package com.fanfinity.analytics.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fanfinity.analytics.lab.restore.BackupScript;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.ClickHouseEngine;
import com.fanfinity.analytics.stack.RealParts;
import com.fanfinity.analytics.testing.FaultyProgram;

/// `scheduled.sh`, which the chart's CronJob and compose's `backup` run.
@Tag("slow")
class ScheduledBackupIT {

    private static final String OLD = "2020-01-01T000000Z";
    private static final String OLD_BUT_NEEDED = "2020-01-02T000000Z";

    private final ClickHouseEngine engine = RealParts.engine();
    private final Path backups = engine.backups();
    private SinkFixture fixture;
    private BackupScript script;

    @TempDir
    private Path folder = Path.of("");

    @BeforeEach
    void setUp() throws Exception {
        fixture = new SinkFixture(RealParts.broker(), engine.url(), 1);
        script = new BackupScript(engine.url(), fixture.name, fixture.topics.prefix());
    }

    @AfterEach
    void tearDown() {
        fixture.close();
    }

    private void store(int events) throws Exception {
        try (SinkRunner _ = fixture.sink()) {
            fixture.sendEvents(events);
            fixture.awaitExact();
        }
    }

    private Map<String, String> intoFolder() {
        return Map.of("BACKUP_FOLDER", backups.toString());
    }

    @Test
    void once_oldBackups_deletesThoseThatNoneIsBasedOn() throws Exception {
        store(10);
        String full = script.run("full");
        copy(backups.resolve(full), backups.resolve(OLD));
        copy(backups.resolve(full), backups.resolve(OLD_BUT_NEEDED));
        String incremental = Await.until(SinkFixture.SOON, "a later second",
                () -> script.run("incremental", OLD_BUT_NEEDED), _ -> true);

        String output = Await.until(SinkFixture.SOON, "a later second", () -> script.runScheduled(intoFolder(), "once"),
                _ -> true);

        String made = output.lines().findFirst().orElseThrow().replace("made ", "");
        assertEquals("made " + made + "\ndeleted " + OLD, output);
        assertFalse(Files.exists(backups.resolve(OLD)));
        for (String kept : new String[]{full, OLD_BUT_NEEDED, incremental, made}) {
            assertTrue(Files.exists(backups.resolve(kept)), kept);
        }
        for (String whole : new String[]{incremental, made}) {
            fixture.query("DROP DATABASE $db SYNC");
            script.run("restore", whole);
            assertEquals("10", fixture.query("SELECT count() FROM $db.match_events"));
        }
    }

    /// The old backups may be the only ones.
    @Test
    void once_clickHouseRefuses_failsAndDeletesNothing() throws Exception {
        Files.createDirectories(backups.resolve(OLD));

        assertThrows(IOException.class, () -> script.runScheduled(intoFolder(), "once"));

        assertTrue(Files.exists(backups.resolve(OLD)));
        Files.delete(backups.resolve(OLD));
    }

    @Test
    void once_folderWithoutTheNewBackup_deletesNothing() throws Exception {
        store(1);
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
        Files.createDirectories(elsewhere.resolve(OLD));

        script.runScheduled(Map.of("BACKUP_FOLDER", elsewhere.toString()), "once");

        assertTrue(Files.exists(elsewhere.resolve(OLD)));
    }

    @Test
    void once_oldBackupCannotBeDeleted_exitsWithCode3() throws Exception {
        store(1);
        Path stuck = Files.createDirectories(backups.resolve("2019-01-02T000000Z"));
        Path old = Files.createDirectories(backups.resolve("2019-01-01T000000Z"));
        Map<String, String> environment = faultyRemoval();
        environment.putAll(intoFolder());

        IOException failure = assertThrows(IOException.class, () -> script.runScheduled(environment, "once"));

        assertTrue(String.valueOf(failure.getMessage()).contains("exit code 3: "), failure::toString);
        assertTrue(String.valueOf(failure.getMessage()).contains("not all old backups could be deleted"),
                failure::toString);
        assertTrue(Files.exists(stuck));
        assertFalse(Files.exists(old), "the next one is deleted nevertheless");
        Files.delete(stuck);
    }

    /// The new backup exists, so the next one follows an interval later, and the health check passes.
    @Test
    void every_oldBackupCannotBeDeleted_isFreshAndWaitsItsInterval() throws Exception {
        store(1);
        Path stuck = Files.createDirectories(backups.resolve(OLD));
        Map<String, String> daily = faultyRemoval();
        daily.putAll(intoFolder());
        daily.putAll(Map.of("BACKUP_INTERVAL", "86400", "TMPDIR", folder.toString()));
        Path log = folder.resolve("log");
        Process process = script.startScheduled(daily, log, "every");
        try {
            Await.until(SinkFixture.SOON, "the backup is marked as made",
                    () -> Files.exists(folder.resolve("backup-made")));
            script.runScheduled(daily, "fresh");
            assertTrue(Files.readString(log).contains("not all old backups could be deleted"),
                    () -> "the log lacks the failed deletion");
            assertFalse(Files.readString(log).contains("no backup"), () -> "the log reports a failed backup");
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
            assertTrue(process.waitFor(10, TimeUnit.SECONDS));
            Files.delete(stuck);
        }
    }

    /// An `rm` whose first call fails, because root can delete every directory.
    private Map<String, String> faultyRemoval() throws IOException {
        return new FaultyProgram(Files.createDirectories(folder.resolve("faulty")), "rm", backups.toString())
                .environment(List.of(1));
    }

    @Test
    void every_afterFailures_continuesAndIsFreshAfterTheFirstBackup() throws Exception {
        Map<String, String> often = Map.of("BACKUP_INTERVAL", "1", "TMPDIR", folder.toString());
        Path log = folder.resolve("log");
        assertThrows(IOException.class, () -> script.runScheduled(often, "fresh"));
        Process process = script.startScheduled(often, log, "every");
        try {
            Await.until(SinkFixture.SOON, "the log reports a failed backup",
                    () -> Files.readString(log).contains("no backup; the next try"));
            assertThrows(IOException.class, () -> script.runScheduled(often, "fresh"));
            store(1);
            Await.until(SinkFixture.SOON, "two are made",
                    () -> Files.readString(log).lines().filter(line -> line.startsWith("made ")).count() >= 2);
            script.runScheduled(often, "fresh");
        } finally {
            process.destroy();
            assertTrue(process.waitFor(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void fresh_lastBackupOlderThanTwoIntervals_fails() throws Exception {
        Map<String, String> hourly = Map.of("BACKUP_INTERVAL", "3600", "TMPDIR", folder.toString());
        Path made = Files.createFile(folder.resolve("backup-made"));
        script.runScheduled(hourly, "fresh");

        Files.setLastModifiedTime(made,
                java.nio.file.attribute.FileTime.from(java.time.Instant.now().minusSeconds(2 * 3600 + 120)));

        assertThrows(IOException.class, () -> script.runScheduled(hourly, "fresh"));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}
