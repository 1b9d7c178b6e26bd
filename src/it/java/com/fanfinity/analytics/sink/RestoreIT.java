package com.fanfinity.analytics.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.clickhouse.Migrations;
import com.fanfinity.analytics.lab.restore.BackupScript;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.ClickHouseEngine;
import com.fanfinity.analytics.stack.KafkaBroker;
import com.fanfinity.analytics.stack.RealParts;

/// The script restores a lost database, and the sink reads the missing rows from Kafka: each row is stored once.
@Tag("slow")
class RestoreIT {

    private final KafkaBroker broker = RealParts.broker();
    private final ClickHouseEngine engine = RealParts.engine();
    private SinkFixture fixture;
    private BackupScript script;

    @BeforeEach
    void setUp() throws Exception {
        fixture = new SinkFixture(broker, engine.url(), 1);
        script = new BackupScript(engine.url(), fixture.name, fixture.topics.prefix());
    }

    @AfterEach
    void tearDown() {
        fixture.close();
    }

    private void dropDatabase() {
        fixture.query("DROP DATABASE $db SYNC");
    }

    private long rows(String table) {
        return Long.parseLong(fixture.query("SELECT count() FROM $db." + table));
    }

    /// One event per insert, before and after the restore, so that tokens repeat.
    private void sendOneByOne(int count) {
        for (int i = 0; i < count; i++) {
            fixture.sendEvents(1);
            fixture.awaitExact();
        }
    }

    @Test
    void restore_lostDatabase_hasEachRowOnceAfterCatchUp() throws Exception {
        String full;
        String incremental;
        try (SinkRunner _ = fixture.sink()) {
            fixture.sendEvents(500);
            fixture.awaitExact();
            full = script.run("full");
            fixture.sendEvents(200);
            fixture.awaitExact();
            incremental = Await.until(SinkFixture.SOON, "a later second", () -> script.run("incremental", full),
                    _ -> true);
            sendOneByOne(3);
        }
        dropDatabase();
        fixture.sendEvents(30);

        script.run("restore", incremental);

        assertEquals(700, rows("match_events"));
        try (SinkRunner _ = fixture.sink()) {
            fixture.awaitExact();
            sendOneByOne(1);
        }
        fixture.assertExact();
        assertEquals(fixture.topics.accepted() + "\t1",
                fixture.query("SELECT kafka_topic, uniqExact(topic_id) FROM $db.sink_topics GROUP BY kafka_topic"));
        assertEquals("0", fixture.query("SELECT count() FROM $db.match_summary"));
        assertEquals(Integer.toString(Migrations.bundled(fixture.name).size()),
                fixture.query("SELECT uniqExact(version) FROM $db.schema_migrations"));
    }

    /// The operator forgot a sink, or believed that it had ended. It sends nothing until the database is restored, so
    /// no insert of it fails.
    @Test
    void restore_sinkStillRuns_leavesNoGap() throws Exception {
        try (SinkRunner _ = fixture.sink()) {
            fixture.sendEvents(20);
            fixture.awaitExact();
            String backup = script.run("full");
            fixture.sendEvents(10);
            fixture.awaitExact();
            dropDatabase();
            script.run("restore", backup);
            assertEquals(20, rows("match_events"));

            fixture.sendEvents(5);

            fixture.awaitExact();
        }
        fixture.assertExact();
    }

    /// The backup has the dead letter of a record, but not the rows before it. The dead letter must not hide the
    /// missing rows.
    @Test
    void restore_deadLetterBeyondItsTable_isReadAgain() throws Exception {
        String before;
        String after;
        try (SinkRunner _ = fixture.sink()) {
            fixture.sendEvents(10);
            fixture.awaitExact();
            before = script.run("full");
            fixture.sendEvents(5);
            fixture.transaction(() -> fixture.send(fixture.topics.accepted(), "m", "{}"));
            fixture.awaitExact();
            Await.until(SinkFixture.SOON, "the dead letter is stored", () -> rows("dead_letters") == 1);
            after = Await.until(SinkFixture.SOON, "a later second", () -> script.run("full"), _ -> true);
        }
        dropDatabase();
        Path backups = engine.backups();
        delete(backups.resolve(before).resolve("letters"));
        Files.move(backups.resolve(after).resolve("letters"), backups.resolve(before).resolve("letters"));

        script.run("restore", before);

        assertEquals(0, rows("dead_letters"));
        try (SinkRunner _ = fixture.sink()) {
            fixture.awaitExact();
            Await.until(SinkFixture.SOON, "the dead letter is stored again", () -> rows("dead_letters") == 1);
        }
        fixture.assertExact();
    }

    /// The sink had stored and committed the missing rows, but in the lost database.
    @Test
    void restore_missingRecordsGoneFromKafka_holdsThePartition() throws Exception {
        String backup;
        TopicPartition accepted = new TopicPartition(fixture.topics.accepted(), 0);
        try (SinkRunner sink = fixture.sink()) {
            fixture.sendEvents(10);
            fixture.awaitExact();
            backup = script.run("full");
            fixture.sendEvents(10);
            fixture.awaitExact();
            Await.until(SinkFixture.SOON, "the sink is at the end of the log and will commit it",
                    () -> Optional.ofNullable(sink.status().partitions().get(accepted)),
                    found -> found.filter(status -> status.highWaterMark().equals(OptionalLong.of(20))
                            && status.lag().equals(OptionalLong.of(0))).isPresent());
        }
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.deleteRecords(Map.of(accepted, RecordsToDelete.beforeOffset(15))).all().get();
        }
        dropDatabase();

        script.run("restore", backup);

        try (SinkRunner sink = fixture.sink()) {
            String held = Await.until(SinkFixture.SOON, "the partition is held",
                    () -> Optional.ofNullable(sink.status().partitions().get(accepted))
                            .flatMap(SinkStatus.Partition::held),
                    Optional::isPresent).orElseThrow();
            assertTrue(held.contains("Kafka no longer has offsets"), held);
        }
        assertEquals(10, rows("match_events"));
    }

    @Test
    void restore_databaseExists_isRefused() throws Exception {
        fixture.query("CREATE DATABASE $db ENGINE = Atomic");

        IOException refusal = assertThrows(IOException.class, () -> script.run("restore", "2026-11-21T120000Z"));

        assertTrue(Objects.requireNonNull(refusal.getMessage()).contains("rename or drop it first"), refusal::toString);
        dropDatabase();
    }

    @Test
    void restore_missingBackup_leavesNoDatabase() {
        assertThrows(IOException.class, () -> script.run("restore", "2026-11-21T120000Z"));

        assertEquals("0", fixture.query("SELECT count() FROM system.databases WHERE name = '$db'"));
    }

    /// A part of the backup is gone. A sink would treat the restored tables as complete.
    @Test
    void restore_backupWithoutItsLetters_leavesNoDatabase() throws Exception {
        String backup;
        try (SinkRunner _ = fixture.sink()) {
            fixture.sendEvents(10);
            fixture.awaitExact();
            backup = script.run("full");
        }
        dropDatabase();
        delete(engine.backups().resolve(backup).resolve("letters"));

        assertThrows(IOException.class, () -> script.run("restore", backup));

        assertEquals("0", fixture.query("SELECT count() FROM system.databases WHERE name = '$db'"));
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
