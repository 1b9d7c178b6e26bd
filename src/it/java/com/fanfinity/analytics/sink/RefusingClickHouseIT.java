package com.fanfinity.analytics.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import com.fanfinity.analytics.lab.faults.TcpRelay;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.RealParts;
import com.fanfinity.analytics.stack.process.Ports;

/// ClickHouse returns errors: no row is lost, no row is doubled, and no valid row becomes a dead letter.
@Tag("external")
@Tag("slow")
class RefusingClickHouseIT {

    private static final String MATCH_TIME = "2018-07-15T15:00:00.000Z";

    private SinkFixture fixture;

    @BeforeEach
    void setUp() throws Exception {
        fixture = new SinkFixture(RealParts.broker(), RealParts.engine().url(), 2);
    }

    @AfterEach
    void tearDown() {
        fixture.close();
    }

    /// A retry after {@link FaultyClickHouse.Fault#ERROR_AFTER} would store the rows twice, so the sink finds them and
    /// does not send them again. ClickHouse reports a truncated body as malformed rows; they must not become dead
    /// letters.
    @ParameterizedTest
    @EnumSource
    void insertsFail_forAWhile_everyRowIsStoredOnceAndNoneIsADeadLetter(FaultyClickHouse.Fault fault) throws Exception {
        try (FaultyClickHouse proxy = new FaultyClickHouse(RealParts.engine().url());
                SinkRunner sink = fixture.sink(proxy.url(), 1_000, writer -> writer)) {
            fixture.sendEvents(100);
            fixture.awaitExact();

            proxy.failNext(5, fault);
            fixture.sendEvents(3_000);

            Await.until(SinkFixture.SOON, "the status reports the fault",
                    () -> proxy.failed() > 0 && sink.status().degraded().isPresent());
            fixture.awaitExact();
            if (fault != FaultyClickHouse.Fault.ERROR_AFTER) {
                assertEquals(5, proxy.failed(), "inserts that failed");
            }
            assertEquals("0", fixture.query("SELECT count() FROM $db.dead_letters"), "dead letters");
            Await.until(SinkFixture.SOON, "the status has recovered", () -> sink.status().degraded().isEmpty());
        }
        fixture.assertExact();
    }

    /// The engine's own check for free space, set to more than any disk has.
    @Test
    void diskFull_untilSpaceIsFree_everyRowIsStoredOnce() throws Exception {
        try (SinkRunner sink = fixture.sink()) {
            fixture.sendEvents(100);
            fixture.awaitExact();
            fixture.query(
                    "ALTER TABLE $db.match_events MODIFY SETTING min_free_disk_bytes_to_perform_insert = "
                            + "1000000000000000000");

            fixture.sendEvents(2_000);

            Await.until(SinkFixture.SOON, "the status names the cause",
                    () -> sink.status().degraded().orElse("").contains("NOT_ENOUGH_SPACE"));
            assertEquals("100", fixture.query("SELECT count() FROM $db.match_events"), "stored while the disk is full");
            fixture.query("ALTER TABLE $db.match_events RESET SETTING min_free_disk_bytes_to_perform_insert");
            fixture.awaitExact();
            assertEquals("0", fixture.query("SELECT count() FROM $db.dead_letters"), "dead letters");
            Await.until(SinkFixture.SOON, "the status has recovered", () -> sink.status().degraded().isEmpty());
        }
        fixture.assertExact();
    }

    /// Both partitions of the failing table have more rows than the sink may buffer.
    @Test
    void oneTableFails_others_areStoredAndTheStatusStaysDegraded() throws Exception {
        try (SinkRunner sink = fixture.sinkWithLimit(1 << 20)) {
            fixture.sendEvents(100);
            fixture.awaitExact();
            fixture.query(
                    "ALTER TABLE $db.match_events MODIFY SETTING min_free_disk_bytes_to_perform_insert = "
                            + "1000000000000000000");
            fixture.sendEvents(8_000);
            Await.until(SinkFixture.SOON, "the status names the cause",
                    () -> sink.status().degraded().orElse("").contains("NOT_ENOUGH_SPACE"));

            for (int version = 1; version <= 3; version++) {
                int last = version;
                fixture.transaction(() -> IntStream.range(0, 20).forEach(match -> fixture.send(fixture.topics.stats(),
                        "match-" + match,
                        "{\"matchId\":\"match-%d\",\"status\":\"live\",\"score\":{},\"totalEvents\":%d,\"version\":%d,\"peakMinute\":null}"
                                .formatted(match, last, last))));
                Await.until(SinkFixture.SOON, "the other table has version " + last,
                        () -> fixture.query("SELECT countIf(total_events = %d) FROM $db.match_summary".formatted(last))
                                .equals("20"));
                assertTrue(sink.status().degraded().isPresent(),
                        "a success of another table does not end the incident");
            }

            assertEquals("100", fixture.query("SELECT count() FROM $db.match_events"), "stored while the disk is full");
            fixture.query("ALTER TABLE $db.match_events RESET SETTING min_free_disk_bytes_to_perform_insert");
            fixture.awaitExact();
            Await.until(SinkFixture.SOON, "the status has recovered", () -> sink.status().degraded().isEmpty());
        }
        fixture.assertExact();
    }

    /// Whichever thread reaches ClickHouse first creates the tables; the others must notice.
    @Test
    void clickHouseStarts_afterTheSink_statusRecovers() throws Exception {
        int port = Ports.free();
        fixture.sendEvents(100);
        try (SinkRunner sink = fixture.sink("http://127.0.0.1:" + port, 1_000, writer -> writer)) {
            Await.until(SinkFixture.SOON, "the status reports the outage", () -> sink.status().degraded().isPresent());

            try (TcpRelay _ = new TcpRelay(port, RealParts.engine().url(), () -> new TcpRelay.Connection() {
            })) {
                fixture.awaitExact();
                Await.until(SinkFixture.SOON, "the status has recovered", () -> sink.status().degraded().isEmpty());
            }
        }
    }

    /// 1,024 rows are halved ten times: two inserts per step, and one for the dead letter.
    @Test
    void oneRowRejected_bigBatch_isFoundByHalvingAndKeptAsADeadLetter() throws Exception {
        int rows = 1_024;
        UUID bad = UUID.randomUUID();
        AtomicInteger inserts = new AtomicInteger();
        try (SinkRunner _ = fixture.sink()) {
            fixture.sendEvents(10);
            fixture.awaitExact();
        }
        fixture.query("ALTER TABLE $db.match_events ADD CONSTRAINT no_bad CHECK match_id != 'bad'");
        fixture.transaction(() -> {
            for (int i = 1; i < rows; i++) {
                fixture.sendEvent("one", SinkFixture.event(UUID.randomUUID(), "one", MATCH_TIME));
                if (i == 700) {
                    fixture.send(fixture.topics.accepted(), "one", SinkFixture.event(bad, "bad", MATCH_TIME));
                }
            }
        });

        try (SinkRunner _ = fixture.sink(RealParts.engine().url(), 5_000, writer -> (batch, token, owner) -> {
            inserts.incrementAndGet();
            return writer.insert(batch, token, owner);
        })) {
            fixture.awaitExact();
        }

        assertEquals(
                "unstorable\trefused by ClickHouse for match_events with code 469\t" + fixture.topics.accepted()
                        + "\tone\t" + bad,
                fixture.query(
                        "SELECT reason, detail, source_topic, key, JSONExtractString(raw, 'eventId') "
                                + "FROM $db.dead_letters"));
        assertTrue(inserts.get() <= 30, "inserts: " + inserts);
    }
}
