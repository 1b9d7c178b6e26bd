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

import com.fanfinity.analytics.lab.restore.BackupScript;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.ClickHouseEngine;
import com.fanfinity.analytics.stack.KafkaBroker;
import com.fanfinity.analytics.stack.RealParts;

/// A database that was lost is brought back by the script, and the sink brings it up to date from Kafka: each row once.
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
        fixture.ask("DROP DATABASE $db SYNC");
    }

    private long rows(String table) {
        return Long.parseLong(fixture.ask("SELECT count() FROM $db." + table));
    }

    /// One event an insert, before and after, so that tokens come again.
    private void sendOneByOne(int count) {
        for (int i = 0; i < count; i++) {
            fixture.sendEvents(1);
            fixture.awaitExact();
        }
    }

    @Test
    void restore_ofALostDatabase_thenFromKafka_hasEachRowOnce() throws Exception {
        String full;
        String incremental;
        try (SinkRunner _ = fixture.sink()) {
            fixture.sendEvents(500);
            fixture.awaitExact();
            full = script.run("full");
            fixture.sendEvents(200);
            fixture.awaitExact();
            incremental = Await.until(SinkFixture.SOON, "a later second", () -> script.run("incremental", full), _ -> true);
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
        assertEquals("0", fixture.ask("SELECT count() FROM $db.match_summary"));
        assertEquals("5", fixture.ask("SELECT uniqExact(version) FROM $db.schema_migrations"));
    }

    /// The tables were backed up before a record was put among the dead letters, and these after: it must not stand for what came before it.
    @Test
    void restore_letterOfASinkFromBeyondItsTable_isReadAgain() throws Exception {
        String before;
        String after;
        try (SinkRunner _ = fixture.sink()) {
            fixture.sendEvents(10);
            fixture.awaitExact();
            before = script.run("full");
            fixture.sendEvents(5);
            fixture.transaction(() -> fixture.send(fixture.topics.accepted(), "m", "{}"));
            fixture.awaitExact();
            Await.until(SinkFixture.SOON, "the letter is stored", () -> rows("dead_letters") == 1);
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
            Await.until(SinkFixture.SOON, "the letter is stored again", () -> rows("dead_letters") == 1);
        }
        fixture.assertExact();
    }

    /// The sink had stored it and said so to Kafka, but in the database that is lost.
    @Test
    void restore_kafkaNoLongerHasWhatIsMissing_holdsThePartitionInsteadOfSkippingIt() throws Exception {
        String backup;
        TopicPartition accepted = new TopicPartition(fixture.topics.accepted(), 0);
        try (SinkRunner sink = fixture.sink()) {
            fixture.sendEvents(10);
            fixture.awaitExact();
            backup = script.run("full");
            fixture.sendEvents(10);
            fixture.awaitExact();
            Await.until(SinkFixture.SOON, "it knows that it is at the end, and will commit that",
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
                    () -> Optional.ofNullable(sink.status().partitions().get(accepted)).flatMap(SinkStatus.Partition::held),
                    Optional::isPresent).orElseThrow();
            assertTrue(held.contains("Kafka no longer has offsets"), held);
        }
        assertEquals(10, rows("match_events"));
    }

    @Test
    void restore_databaseIsThere_isRefused() throws Exception {
        fixture.ask("CREATE DATABASE $db ENGINE = Atomic");

        IOException refusal = assertThrows(IOException.class, () -> script.run("restore", "2026-11-21T120000Z"));

        assertTrue(Objects.requireNonNull(refusal.getMessage()).contains("rename or drop it first"), refusal::toString);
        dropDatabase();
    }

    @Test
    void restore_ofABackupThatIsNotThere_leavesNoDatabase() {
        assertThrows(IOException.class, () -> script.run("restore", "2026-11-21T120000Z"));

        assertEquals("0", fixture.ask("SELECT count() FROM system.databases WHERE name = '$db'"));
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
