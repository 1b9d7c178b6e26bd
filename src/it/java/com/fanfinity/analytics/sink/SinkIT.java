package com.fanfinity.analytics.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Collection;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.RealParts;

/// The sink stores exact rows, with a real broker and a real engine.
@Tag("external")
class SinkIT {
    private SinkFixture fixture;

    @BeforeEach
    void setUp() throws Exception {
        fixture = new SinkFixture(RealParts.broker(), RealParts.engine().url(), 3);
    }

    @AfterEach
    void tearDown() {
        fixture.close();
    }

    @Test
    void transactions_committedAndAborted_onlyCommittedRowsAreStoredOnce() {
        try (SinkRunner _ = fixture.sink()) {
            fixture.sendEvents(700);
            fixture.abortEvents(300);
            fixture.sendEvents(4_300);
            fixture.awaitExact();
            assertEquals("0", fixture.query("SELECT count() FROM $db.match_events WHERE match_id = 'aborted'"));
        }
    }

    @Test
    void allTables_fewRecords_columnsAndViewsAreFilled() {
        try (SinkRunner sink = fixture.sink()) {
            UUID id = UUID.fromString("54ff7e6d-b7f7-54ec-9d8b-f8a8d8d5c517");
            fixture.transaction(() -> {
                fixture.sendEvent("final", SinkFixture.event(id, "final", "0001-01-01T00:00:00.000Z"));
                fixture.sendEvent("final", SinkFixture.event(UUID.randomUUID(), "final", "9998-12-31T23:59:59.999Z"));
                fixture.sendEvent("final", SinkFixture.event(UUID.randomUUID(), "final", "1966-07-30T15:00:00.000Z"));
                fixture.send(fixture.topics.minutes(), "final",
                        "{\"matchId\":\"final\",\"minute\":\"1966-07-30T15:00:00.000Z\",\"events\":26,\"byType\":{\"pass\":3},\"byTeam\":{\"4418\":3},\"version\":26}");
                fixture.send(fixture.topics.minutes(), "final",
                        "{\"matchId\":\"final\",\"minute\":\"1966-07-30T15:00:00.000Z\",\"events\":27,\"byType\":{\"pass\":4},\"byTeam\":{\"4418\":4},\"version\":27}");
                fixture.send(fixture.topics.stats(), "final",
                        "{\"matchId\":\"final\",\"status\":\"ended\",\"score\":{\"4418\":4},\"totalEvents\":3,\"version\":3,\"peakMinute\":null}");
                fixture.send(fixture.topics.dead(), "x", "not json");
                fixture.send(fixture.topics.stats(), "final", "not json either");
            });
            Await.until(SinkFixture.SOON, "two dead letters",
                    () -> fixture.query("SELECT count() FROM $db.dead_letters").equals("2"));
            fixture.awaitExact();
            Await.until(SinkFixture.SOON, "a minute",
                    () -> fixture.query("SELECT count() FROM $db.match_minutes").equals("1"));
            Await.until(SinkFixture.SOON, "a match",
                    () -> fixture.query("SELECT count() FROM $db.match_summary").equals("1"));
            assertEquals(
                    "54ff7e6d-b7f7-54ec-9d8b-f8a8d8d5c517\tfinal\tpass\t-62135596800000\t4418\t3682\t{\"n\":1}\t2025-11-21 08:00:00.000000",
                    fixture.query(
                            "SELECT event_id, match_id, event_type, toUnixTimestamp64Milli(timestamp), team_id, "
                                    + "player_id, metadata, "
                                    + "received_at FROM $db.match_events ORDER BY timestamp LIMIT 1"));
            assertEquals("3", fixture.query("SELECT count() FROM $db.match_events WHERE match_id = 'final'"));
            assertEquals("final\t1966-07-30 15:00:00\t27\t{'pass':4}\t{'4418':4}\t27",
                    fixture.query("SELECT * FROM $db.match_minutes_latest"));
            assertEquals("final\tended\t{'4418':4}\t3",
                    fixture.query("SELECT match_id, status, score, total_events FROM $db.match_summary"));
            assertEquals("final\t1966-07-30 15:00:00\t27\t1", fixture.query("SELECT * FROM $db.top_minutes"));
            assertEquals("final\t4418\t4\t3\t3",
                    fixture.query("SELECT match_id, team_id, score, events, passes FROM $db.team_comparison"));
            assertEquals("not json either",
                    fixture.query("SELECT raw FROM $db.dead_letters WHERE reason = 'unstorable'"));
            assertTrue(sink.status().degraded().isEmpty());
        }
    }

    /// After the dedupe window an event is counted again, so the ledger needs a row for each acceptance.
    @Test
    void eventAcceptedAgain_partsMerged_keepsARowForEachAcceptance() {
        try (SinkRunner _ = fixture.sink()) {
            String json = SinkFixture.event(UUID.randomUUID(), "again", "2018-07-15T15:00:00.000Z");
            fixture.transaction(() -> {
                fixture.sendAccepted("again", json, 1);
                fixture.sendAccepted("again", json, 2);
            });
            Await.until(SinkFixture.SOON, "both rows",
                    () -> fixture.query("SELECT count() FROM $db.match_events").equals("2"));
            fixture.query(
                    "INSERT INTO $db.match_events SELECT * REPLACE (kafka_offset + 100 AS kafka_offset) "
                            + "FROM $db.match_events "
                            + "WHERE accepted_number = 2 SETTINGS insert_deduplicate = 0");

            fixture.query("OPTIMIZE TABLE $db.match_events FINAL");

            assertEquals("[1,2]", fixture.query("SELECT arraySort(groupArray(accepted_number)) FROM $db.match_events"));
        }
    }

    @Test
    void restart_afterCleanClose_continuesAfterTheStoredRows() {
        try (SinkRunner _ = fixture.sink()) {
            fixture.sendEvents(1_000);
            fixture.awaitExact();
        }
        fixture.sendEvents(1_000);
        try (SinkRunner sink = fixture.sink()) {
            fixture.awaitExact();
            Await.until(Duration.ofSeconds(20), "no lag in the status", () -> !sink.status().partitions().isEmpty()
                    && sink.status().partitions().values().stream()
                            .allMatch(partition -> partition.lag().orElse(1) == 0));
        }
    }

    /// Otherwise these rows would be missing until a successor reads them again.
    @Test
    void close_whileRowsWait_storesThemFirst() throws Exception {
        CountDownLatch sending = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        SinkRunner sink = fixture.sink(RealParts.engine().url(), 10, writer -> (batch, token, claim) -> {
            sending.countDown();
            released.await();
            return writer.insert(batch, token, claim);
        });
        fixture.transaction(() -> {
            for (int i = 0; i < 50; i++) {
                fixture.sendEvent("one", SinkFixture.event(UUID.randomUUID(), "one", "2018-07-15T15:00:00.000Z"));
            }
        });
        assertTrue(sending.await(60, TimeUnit.SECONDS));

        Thread closing = Thread.ofPlatform().start(sink::close);
        Await.until(SinkFixture.SOON, "the sink stops", () -> closing.getState() == Thread.State.TIMED_WAITING);
        released.countDown();
        closing.join();

        fixture.assertExact();
    }

    /// The memory of the sink is bounded, however far ClickHouse is behind.
    @Test
    void buffersFull_whileClickHouseIsSlow_readingPausesUntilRowsAreStored() throws Exception {
        CountDownLatch paused = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        fixture.sendEvents(20_000);
        try (SinkRunner _ = fixture.sink(1 << 20, writer -> (batch, token, claim) -> {
            released.await();
            return writer.insert(batch, token, claim);
        }, kafka -> new PauseWatch(kafka, paused))) {
            assertTrue(paused.await(60, TimeUnit.SECONDS), "reading pauses");
            released.countDown();

            fixture.awaitExact();
        }
    }

    /// Reports that a partition was paused after records of it were read. A partition that starts is paused at 0.
    private static final class PauseWatch extends FaultyConsumer {
        private final CountDownLatch paused;

        private PauseWatch(Settings.Kafka kafka, CountDownLatch paused) {
            super(kafka);
            this.paused = paused;
        }

        @Override
        public void pause(Collection<TopicPartition> partitions) {
            super.pause(partitions);
            if (partitions.stream().anyMatch(partition -> position(partition) > 0)) {
                paused.countDown();
            }
        }
    }
}
