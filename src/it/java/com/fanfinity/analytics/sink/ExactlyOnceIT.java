package com.fanfinity.analytics.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

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

/// Guarantees are objects that kill and count: count() = distinct events = events sent, with no FINAL.
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

    /// Without the high-water mark the successor starts at Kafka's committed offset, or at the beginning, and stores rows twice. It cuts at
    /// another size, so that no token can help.
    @Test
    void killed_betweenInsertAndCommit_successorGoesOnBehindTheStoredRows() throws Exception {
        CountDownLatch stored = new CountDownLatch(2);
        fixture.sendEvents(3_000);
        SinkRunner victim = fixture.sink(RealParts.engine().url(), 700, writer -> (batch, token) -> {
            WriteOutcome outcome = writer.insert(batch, token);
            stored.countDown();
            if (stored.getCount() == 0) {
                // Dies here: ClickHouse has the rows, nobody else knows.
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

    /// Without the token the repeated insert is stored a second time.
    @Test
    void answerLost_afterTheInsert_retryStoresNothingTwice() throws Exception {
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

    /// The engine remembers the token of rows that are gone, as after a kill between its two writes. Taken at its word they would be lost.
    @Test
    void tokenKnownWithoutItsRows_isNoticedAndSentAnew() throws Exception {
        AtomicBoolean once = new AtomicBoolean();
        CountDownLatch deleted = new CountDownLatch(1);
        fixture.sendEvents(50);
        try (SinkRunner _ = fixture.sink(RealParts.engine().url(), 5, writer -> (batch, token) -> {
            // Not the first of a tenure: that one is looked for anyway.
            if (batch.first() > 0 && !once.getAndSet(true)) {
                assertInstanceOf(WriteOutcome.Acknowledged.class, writer.insert(batch, token));
                fixture.ask("DELETE FROM $db.match_events WHERE kafka_offset BETWEEN %d AND %d AND kafka_partition = %d".formatted(
                        batch.first(),
                        batch.last(), batch.source().partition()));
                deleted.countDown();
                return new WriteOutcome.Failed(new IllegalStateException("the answer was lost"));
            }
            return writer.insert(batch, token);
        })) {
            assertTrue(deleted.await(60, TimeUnit.SECONDS));
            fixture.awaitExact();
        }
    }

    /// Its disk lost what was not synced, or it was restored: the sink goes on from what is there, though ClickHouse knows the tokens.
    @Test
    void rowsGone_whenClickHouseComesBack_areReadAgain() throws Exception {
        AtomicBoolean lose = new AtomicBoolean();
        try (SinkRunner _ = fixture.sink(RealParts.engine().url(), 1, writer -> (batch, token) -> {
            if (lose.getAndSet(false)) {
                fixture.ask("DELETE FROM $db.match_events WHERE kafka_offset > 5 AND kafka_partition = " + batch.source().partition());
                return new WriteOutcome.Failed(new IllegalStateException("away"));
            }
            return writer.insert(batch, token);
        })) {
            fixture.sendEvents(40);
            fixture.awaitExact();
            lose.set(true);
            fixture.sendEvents(3);
            fixture.awaitExact();
        }
        fixture.assertExact();
    }

    /// Without the wait for the predecessor's insert the successor reads the mark too early and stores the same rows.
    @Test
    void predecessorsInsertStillRuns_successorWaitsForIt() throws Exception {
        try (SinkRunner sink = fixture.sink()) {
            fixture.sendEvents(10);
            fixture.awaitExact();
            assertTrue(sink.status().migrated());
        }
        String table = fixture.name + ".slow";
        fixture.ask("CREATE TABLE " + table + " (n UInt64) ENGINE = Memory");
        AtomicBoolean running = new AtomicBoolean(true);
        // Stands for a predecessor's insert of partition 0: it carries the mark and ends when the test says so (or after 20 s).
        Thread predecessor = Thread.ofVirtual().start(() -> {
            fixture.askMarked("INSERT INTO " + table + " SELECT sleepEachRow(0.2) FROM numbers(25) SETTINGS max_block_size = 1",
                    ClickHouseWriter.queryIdPrefix(fixture.name, fixture.topics.accepted(), 0) + "0-9:predecessor");
            running.set(false);
        });
        ClickHouse clickHouse = fixture.clickHouse();
        StoredOffsets mark = new StoredOffsets(clickHouse, new TopicMapping(fixture.topics, new Meters(fixture.registry).deadLetters()));
        var partition = new org.apache.kafka.common.TopicPartition(fixture.topics.accepted(), 0);
        Await.until(SinkFixture.SOON, "the insert shows", () -> mark.hasRunningInsert(partition));
        assertEquals(false, mark.hasRunningInsert(new org.apache.kafka.common.TopicPartition(fixture.topics.accepted(), 1)));
        StartOffsetResolver locator = new StartOffsetResolver(new Schema(new Migrations(clickHouse, Migrations.bundled(fixture.name))),
                mark, new InsertPermits(),
                new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5), () -> 0.5),
                new Incident("test"));
        assertTrue(locator.resolve(partition, new PartitionOwnership()).isPresent());
        assertEquals(false, running.get(), "located while the predecessor's insert ran");
        predecessor.join();
        clickHouse.close();
    }

    @Test
    void twoSinks_rebalancedAmidLoad_storeEachRowOnce() throws Exception {
        fixture.close();
        fixture = new SinkFixture(RealParts.broker(), RealParts.engine().url(), 4);
        Thread load = load(40, 250);
        SinkRunner first = fixture.sink(RealParts.engine().url(), 300, writer -> writer);
        Await.until(SinkFixture.SOON, "some rows", () -> !fixture.ask("SELECT count() > 500 FROM $db.match_events").equals("0"));
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
    void engineKilledAndRestarted_amidLoad_storesEachRowOnce() throws Exception {
        fixture.close();
        try (ClickHouseEngine engine = ClickHouseEngine.start(RealParts.directory("clickhouse-chaos"), Ports.free())) {
            fixture = new SinkFixture(RealParts.broker(), engine.url(), 3);
            Thread load = load(60, 250);
            try (SinkRunner sink = fixture.sink(engine.url(), 300, writer -> writer)) {
                for (int kill = 1; kill <= 3; kill++) {
                    int rows = kill * 2_000;
                    Await.until(SinkFixture.SOON, rows + " rows",
                            () -> fixture.ask("SELECT count() > " + rows + " FROM $db.match_events").equals("1"));
                    engine.kill();
                    Await.until(SinkFixture.SOON, "the status says so", () -> sink.status().degraded().isPresent());
                    engine.restart();
                }
                load.join();
                fixture.awaitExact();
                assertTrue(sink.status().degraded().isEmpty());
            }
        }
    }

    /// Somebody deleted the topic and made it anew: offsets begin again and must not be taken for stored ones.
    @Test
    void markBeyondTheLogsEnd_holdsThePartition() throws Exception {
        try (SinkRunner _ = fixture.sink()) {
            fixture.sendEvents(10);
            fixture.awaitExact();
        }
        fixture.ask("INSERT INTO $db.sink_marks (kafka_topic, kafka_partition, kafka_offset) VALUES ('" + fixture.topics.accepted()
                + "', 0, 1000000)");
        try (SinkRunner sink = fixture.sink()) {
            Await.until(SinkFixture.SOON, "held", () -> sink.status().degraded().orElse("").contains("recreated"));
        }
    }

    /// One row that ClickHouse refuses: the others of its batch are stored, and it is kept where it can be found.
    @Test
    void rowRefusedByClickHouse_isParkedAndTheOthersAreStored() throws Exception {
        try (SinkRunner _ = fixture.sink()) {
            fixture.sendEvents(10);
            fixture.awaitExact();
            fixture.ask("ALTER TABLE $db.match_events ADD CONSTRAINT no_bad CHECK match_id != 'bad'");
            fixture.transaction(() -> {
                for (int i = 0; i < 20; i++) {
                    fixture.sendEvent("m" + i, SinkFixture.event(UUID.randomUUID(), "m" + i, "2018-07-15T15:00:00.000Z"));
                    if (i == 7) {
                        fixture.send(fixture.topics.accepted(), "m" + i,
                                SinkFixture.event(UUID.randomUUID(), "bad", "2018-07-15T15:00:00.000Z"));
                    }
                }
            });
            fixture.awaitExact();
            Await.until(SinkFixture.SOON, "the refused row", () -> fixture
                    .ask("SELECT count() FROM $db.dead_letters WHERE reason = 'unstorable' AND source_topic = '" + fixture.topics.accepted()
                            + "' AND raw LIKE '%\"bad\"%'")
                    .equals("1"));
        }
    }

    /// Small transactions, one after another, in a thread of their own.
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
        try (SinkRunner _ = fixture.sink(RealParts.engine().url(), 50_000, writer -> (batch, token) -> {
            WriteOutcome outcome = writer.insert(batch, token);
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
            double inserts = fixture.registry.get("clickhouse.batch.size").tag("table", "match_events").summary().count();
            // Every new part takes the next block number of the table, whatever is merged later.
            assertEquals(inserts, Double.parseDouble(
                    fixture.ask("SELECT max(max_block_number) FROM system.parts WHERE database = '$db' AND table = 'match_events'")));
        }
    }
}
