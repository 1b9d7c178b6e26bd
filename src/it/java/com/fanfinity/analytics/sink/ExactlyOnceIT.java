package com.fanfinity.analytics.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.clickhouse.ClickHouse;
import com.fanfinity.analytics.clickhouse.Migrations;
import com.fanfinity.analytics.clickhouse.Schema;
import com.fanfinity.analytics.event.Backoff;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.rows.TopicMapping;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.ClickHouseEngine;
import com.fanfinity.analytics.stack.RealParts;
import com.fanfinity.analytics.stack.process.Ports;

/// Exactly once under faults: count() = distinct events = sent events, without FINAL.
@Tag("external")
class ExactlyOnceIT {
    private SinkFixture fixture;

    @BeforeEach
    void setUp() throws Exception {
        fixture = new SinkFixture(RealParts.broker(), RealParts.engine().url(), 2);
    }

    @AfterEach
    void tearDown() {
        fixture.close();
    }

    /// If the successor started at Kafka's committed offset, or at the beginning, it would store rows twice. Its
    /// batches have another size, so that no token can prevent it.
    @Test
    void killed_betweenInsertAndCommit_successorContinuesAfterTheStoredRows() throws Exception {
        CountDownLatch stored = new CountDownLatch(2);
        fixture.sendEvents(3_000);
        SinkRunner victim = fixture.sink(RealParts.engine().url(), 700, writer -> (batch, token, owner) -> {
            WriteOutcome outcome = writer.insert(batch, token, owner);
            stored.countDown();
            if (stored.getCount() == 0) {
                // The sink dies here: only ClickHouse knows that the rows are stored.
                throw new InterruptedException("killed");
            }
            return outcome;
        });
        assertTrue(stored.await(60, TimeUnit.SECONDS));
        victim.abandon();
        try (SinkRunner _ = fixture.sink(RealParts.engine().url(), 450, writer -> writer)) {
            fixture.sendEvents(500);
            fixture.awaitExact();
        }
        fixture.assertExact();
    }

    /// Without the token the repeated insert would be stored a second time.
    @Test
    void responseLost_afterTheInsert_retryStoresNothingTwice() throws Exception {
        try (CuttingProxy proxy = new CuttingProxy(RealParts.engine().url())) {
            try (SinkRunner _ = fixture.sink(proxy.url(), 1_000, writer -> writer)) {
                fixture.sendEvents(100);
                fixture.awaitExact();
                proxy.cutNext(3);
                fixture.sendEvents(5_000);
                fixture.awaitExact();
                assertTrue(proxy.cut() >= 3, "inserts cut: " + proxy.cut());
            }
            fixture.assertExact();
        }
    }

    /// The network is cut after the rows were stored. Until it is back, other sinks store more batches than ClickHouse
    /// keeps tokens, so the token does not prevent the second row.
    @Test
    void responseLost_tokenForgottenMeanwhile_retryStoresNothingTwice() throws Exception {
        AtomicBoolean once = new AtomicBoolean();
        CountDownLatch forgotten = new CountDownLatch(1);
        try (SinkRunner _ = fixture.sink(RealParts.engine().url(), 1_000, writer -> (batch, token, owner) -> {
            WriteOutcome outcome = writer.insert(batch, token, owner);
            if (batch.first() > 0 && outcome instanceof WriteOutcome.Acknowledged && !once.getAndSet(true)) {
                for (int other = 0; other < 3; other++) {
                    fixture.query("INSERT INTO $db.match_events (kafka_partition, received_at) VALUES (99, " + other
                            + ")");
                }
                fixture.query("DELETE FROM $db.match_events WHERE kafka_partition = 99");
                forgotten.countDown();
                return new WriteOutcome.Failed(new IllegalStateException("the response was lost"));
            }
            return outcome;
        })) {
            fixture.sendEvents(10);
            fixture.awaitExact();
            fixture.query("ALTER TABLE $db.match_events MODIFY SETTING non_replicated_deduplication_window = 2");
            fixture.sendEvents(50);
            assertTrue(forgotten.await(60, TimeUnit.SECONDS));
            fixture.awaitExact();
            fixture.sendEvents(50);
            fixture.awaitExact();
        }
        fixture.assertExact();
    }

    /// The engine knows the token of rows that are gone, as after a kill between its two writes. If the sink trusted
    /// the acknowledgement, the rows would be lost.
    @Test
    void tokenKnown_withoutItsRows_isSentWithAnotherToken() throws Exception {
        AtomicBoolean once = new AtomicBoolean();
        CountDownLatch deleted = new CountDownLatch(1);
        fixture.sendEvents(50);
        try (SinkRunner _ = fixture.sink(RealParts.engine().url(), 5, writer -> (batch, token, owner) -> {
            if (batch.first() > 0 && !once.getAndSet(true)) {
                assertInstanceOf(WriteOutcome.Acknowledged.class, writer.insert(batch, token, owner));
                fixture.query(
                        "DELETE FROM $db.match_events WHERE kafka_offset BETWEEN %d AND %d AND kafka_partition = %d"
                                .formatted(
                                        batch.first(),
                                        batch.last(), batch.source().partition()));
                deleted.countDown();
                return new WriteOutcome.Failed(new IllegalStateException("the response was lost"));
            }
            return writer.insert(batch, token, owner);
        })) {
            assertTrue(deleted.await(60, TimeUnit.SECONDS));
            fixture.awaitExact();
        }
    }

    /// The disk lost unsynced data, or the database was restored. The sink continues after the remaining rows, although
    /// ClickHouse knows the tokens.
    @Test
    void rowsLost_clickHouseReturns_areReadAgain() throws Exception {
        AtomicBoolean lose = new AtomicBoolean();
        try (SinkRunner _ = fixture.sink(RealParts.engine().url(), 1, writer -> (batch, token, owner) -> {
            if (lose.getAndSet(false)) {
                fixture.query("DELETE FROM $db.match_events WHERE kafka_offset > 5 AND kafka_partition = "
                        + batch.source().partition());
                return new WriteOutcome.Failed(new IllegalStateException("away"));
            }
            return writer.insert(batch, token, owner);
        })) {
            fixture.sendEvents(40);
            fixture.awaitExact();
            lose.set(true);
            fixture.sendEvents(3);
            fixture.awaitExact();
        }
        fixture.assertExact();
    }

    /// If the successor did not wait for the predecessor's insert, it would read the highest offset too early and
    /// store the same rows.
    @Test
    void predecessorsInsert_stillRunning_successorWaits() throws Exception {
        try (SinkRunner sink = fixture.sink()) {
            fixture.sendEvents(10);
            fixture.awaitExact();
            assertTrue(sink.status().migrated());
        }
        String table = fixture.name + ".slow";
        fixture.query("CREATE TABLE " + table + " (n UInt64) ENGINE = Memory");
        AtomicBoolean running = new AtomicBoolean(true);
        // Simulates a predecessor's insert into partition 0: its query id has the partition's prefix, and it runs for 5
        // s.
        Thread predecessor = Thread.ofVirtual().start(() -> {
            fixture.queryWithId(
                    "INSERT INTO " + table + " SELECT sleepEachRow(0.2) FROM numbers(25) SETTINGS max_block_size = 1",
                    ClickHouseWriter.queryIdPrefix(fixture.name, fixture.topics.accepted(), 0) + "0-9:predecessor");
            running.set(false);
        });
        ClickHouse clickHouse = fixture.clickHouse();
        StoredOffsets storedOffsets = new StoredOffsets(clickHouse,
                new TopicMapping(fixture.topics, new Meters(fixture.registry).deadLetters()));
        var partition = new TopicPartition(fixture.topics.accepted(), 0);
        Await.until(SinkFixture.SOON, "the insert is visible", () -> storedOffsets.hasRunningInsert(partition));
        assertFalse(storedOffsets.hasRunningInsert(new TopicPartition(fixture.topics.accepted(), 1)));
        StartOffsetResolver resolver = new StartOffsetResolver(
                new Schema(new Migrations(clickHouse, Migrations.bundled(fixture.name))),
                new PartitionClaims(clickHouse), storedOffsets, new InsertPermits(),
                new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5), () -> 0.5),
                new Incident("test"));
        assertTrue(resolver.resolve(partition, new PartitionOwnership()).isPresent());
        assertFalse(running.get(), "resolved while the predecessor's insert ran");
        predecessor.join();
        clickHouse.close();
    }

    @Test
    void twoSinks_rebalanceUnderLoad_storeEachRowOnce() throws Exception {
        fixture.close();
        fixture = new SinkFixture(RealParts.broker(), RealParts.engine().url(), 4);
        Thread load = load(40, 250);
        SinkRunner first = fixture.sink(RealParts.engine().url(), 300, writer -> writer);
        Await.until(SinkFixture.SOON, "some rows",
                () -> !fixture.query("SELECT count() > 500 FROM $db.match_events").equals("0"));
        try (SinkRunner second = fixture.sink(RealParts.engine().url(), 200, writer -> writer)) {
            Await.until(SinkFixture.SOON, "the second has partitions", () -> !second.status().partitions().isEmpty());
            first.close(Duration.ofSeconds(10));
            load.join();
            fixture.awaitExact();
        }
        fixture.assertExact();
    }

    /// Kills the engine, so this one is not for engines of others.
    @Test
    @Tag("own-engine")
    void engine_killedAndRestartedUnderLoad_storesEachRowOnce() throws Exception {
        fixture.close();
        try (ClickHouseEngine engine = ClickHouseEngine.start(RealParts.directory("clickhouse-chaos"), Ports.free())) {
            fixture = new SinkFixture(RealParts.broker(), engine.url(), 3);
            Thread load = load(60, 250);
            try (SinkRunner sink = fixture.sink(engine.url(), 300, writer -> writer)) {
                for (int kill = 1; kill <= 3; kill++) {
                    int rows = kill * 2_000;
                    Await.until(SinkFixture.SOON, rows + " rows",
                            () -> fixture.query("SELECT count() > " + rows + " FROM $db.match_events").equals("1"));
                    engine.kill();
                    Await.until(SinkFixture.SOON, "the status is degraded", () -> sink.status().degraded().isPresent());
                    engine.restart();
                }
                load.join();
                fixture.awaitExact();
                assertTrue(sink.status().degraded().isEmpty());
            }
        }
    }

    /// An operator gave up an offset that the topic has not reached, and then removes the mark. The sink needs no
    /// restart: it checks a held partition again after 30 s.
    @Test
    void highestOffset_beyondTheLogsEnd_holdsThePartitionForNow() throws Exception {
        try (SinkRunner _ = fixture.sink()) {
            fixture.sendEvents(10);
            fixture.awaitExact();
        }
        fixture.query("INSERT INTO $db.sink_marks (kafka_topic, kafka_partition, kafka_offset) VALUES ('"
                + fixture.topics.accepted()
                + "', 0, 1000000)");
        try (SinkRunner sink = fixture.sink()) {
            Await.until(SinkFixture.SOON, "held",
                    () -> sink.status().requiredAction().orElse("").contains("has lost records"));
            fixture.query("TRUNCATE TABLE $db.sink_marks");
            fixture.sendEvents(5);
            fixture.awaitExact();
        }
    }

    @Test
    void row_rejectedByClickHouse_isADeadLetterAndTheOthersAreStored() throws Exception {
        try (SinkRunner _ = fixture.sink()) {
            fixture.sendEvents(10);
            fixture.awaitExact();
            fixture.query("ALTER TABLE $db.match_events ADD CONSTRAINT no_bad CHECK match_id != 'bad'");
            fixture.transaction(() -> {
                for (int i = 0; i < 20; i++) {
                    fixture.sendEvent("m" + i,
                            SinkFixture.event(UUID.randomUUID(), "m" + i, "2018-07-15T15:00:00.000Z"));
                    if (i == 7) {
                        fixture.send(fixture.topics.accepted(), "m" + i,
                                SinkFixture.event(UUID.randomUUID(), "bad", "2018-07-15T15:00:00.000Z"));
                    }
                }
            });
            fixture.awaitExact();
            Await.until(SinkFixture.SOON, "the rejected row", () -> fixture
                    .query("SELECT count() FROM $db.dead_letters WHERE reason = 'unstorable' AND source_topic = '"
                            + fixture.topics.accepted()
                            + "' AND raw LIKE '%\"bad\"%'")
                    .equals("1"));
        }
    }

    /// Sends small transactions one after another in a thread of its own.
    private Thread load(int transactions, int events) {
        SinkFixture target = fixture;
        return Thread.ofPlatform().name("load").start(() -> {
            for (int i = 0; i < transactions; i++) {
                target.sendEvents(events);
                if (i % 10 == 3) {
                    target.abortEvents(20);
                }
            }
        });
    }

    @Test
    void insert_ofManyRows_isOnePart() throws Exception {
        try (SinkRunner _ = fixture.sink(RealParts.engine().url(), 50_000, writer -> (batch, token, owner) -> {
            WriteOutcome outcome = writer.insert(batch, token, owner);
            assertInstanceOf(WriteOutcome.Acknowledged.class, outcome);
            return outcome;
        })) {
            String match = UUID.randomUUID().toString();
            fixture.transaction(() -> {
                for (int i = 0; i < 30_000; i++) {
                    fixture.sendEvent(match, SinkFixture.event(UUID.randomUUID(), match, "2018-07-15T15:00:00.000Z"));
                }
            });
            fixture.awaitExact();
            double inserts = fixture.registry.get("clickhouse.batch.size").tag("table", "match_events").summary()
                    .count();
            // Every new part takes the next block number of the table; merges do not change the highest.
            assertEquals(inserts, Double.parseDouble(
                    fixture.query(
                            "SELECT max(max_block_number) FROM system.parts "
                                    + "WHERE database = '$db' AND table = 'match_events'")));
        }
    }
}
