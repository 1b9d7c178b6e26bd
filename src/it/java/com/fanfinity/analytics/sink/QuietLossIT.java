package com.fanfinity.analytics.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.clickhouse.ClickHouse;
import com.fanfinity.analytics.rows.Table;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.ClickHouseEngine;
import com.fanfinity.analytics.stack.RealParts;
import com.fanfinity.analytics.stack.process.Ports;

/// ClickHouse loses rows while the sink sends nothing, so no insert fails. It kills the engine, so it has its own.
@Tag("slow")
@Tag("own-engine")
class QuietLossIT {

    private ClickHouseEngine engine;
    private SinkFixture fixture;

    @BeforeEach
    void setUp() throws Exception {
        engine = ClickHouseEngine.start(RealParts.directory("clickhouse-quiet"), Ports.free());
        fixture = new SinkFixture(RealParts.broker(), engine.url(), 1);
    }

    @AfterEach
    void tearDown() {
        fixture.close();
        engine.close();
    }

    /// The machine of ClickHouse lost power after a burst, and the next event came after it was back.
    @Test
    void restart_lastRowsLost_areReadAgain() throws Exception {
        try (SinkRunner _ = fixture.sink(engine.url(), 5_000, QuietLossIT::onALiveConnection)) {
            fixture.sendEvents(20);
            fixture.awaitExact();
            fixture.sendEvents(10);
            fixture.awaitExact();
            awaitUptime();
            engine.kill();
            engine.restart();
            fixture.query("DELETE FROM $db.match_events WHERE kafka_offset > 20");
            assertEquals("20", fixture.query("SELECT count() FROM $db.match_events"));

            fixture.sendEvents(5);

            fixture.awaitExact();
        }
        fixture.assertExact();
    }

    /// The claim of the successor was lost, too. An insert of the predecessor would be accepted otherwise.
    @Test
    void restart_newestClaimLost_lateInsertOfThePredecessorStoresNothing() throws Exception {
        record Sent(Batch batch, String token, Claim claim) {}
        CompletableFuture<Sent> held = new CompletableFuture<>();
        fixture.sendEvents(50);
        SinkRunner victim = fixture.sink(engine.url(), 20, writer -> (batch, token, claim) -> {
            if (batch.table() != Table.EVENTS) {
                return writer.insert(batch, token, claim);
            }
            held.complete(new Sent(batch, token, claim));
            throw new InterruptedException("killed");
        });
        Sent late = held.join();
        victim.abandon();
        try (SinkRunner _ = fixture.sink(engine.url(), 30, writer -> writer);
                ClickHouse clickHouse = fixture.clickHouse()) {
            fixture.awaitExact();
            awaitUptime();
            engine.kill();
            engine.restart();
            fixture.query("DELETE FROM $db.sink_claims WHERE owner != '" + late.claim().owner() + "'");

            WriteOutcome outcome = new ClickHouseWriter(clickHouse).insert(late.batch(), late.token(), late.claim());

            assertInstanceOf(WriteOutcome.Superseded.class, outcome);
            fixture.sendEvents(10);
            fixture.awaitExact();
        }
        fixture.assertExact();
    }

    /// An exchange of tables replaces the rows, for example by `swap.sh`.
    @Test
    void tableExchanged_claimMadeBefore_lapses() throws Exception {
        try (SinkRunner _ = fixture.sink()) {
            fixture.sendEvents(20);
            fixture.awaitExact();
            fixture.query("CREATE TABLE $db.other AS $db.match_events");
            fixture.query("INSERT INTO $db.other SELECT * FROM $db.match_events WHERE kafka_offset < 12");
            fixture.query("EXCHANGE TABLES $db.other AND $db.match_events");

            fixture.sendEvents(5);

            fixture.awaitExact();
        }
        fixture.assertExact();
    }

    /// An insert on a connection from before the server's restart fails. The sink would look for lost rows after it.
    private static BatchWriter onALiveConnection(BatchWriter writer) {
        return (batch, token, claim) -> {
            WriteOutcome outcome = writer.insert(batch, token, claim);
            for (int dead = 0; outcome instanceof WriteOutcome.Failed && dead < 20; dead++) {
                outcome = writer.insert(batch, token, claim);
            }
            return outcome;
        };
    }

    /// No server restarts as fast as this engine.
    private void awaitUptime() {
        Await.until(SinkFixture.SOON, "the engine has run for a while",
                () -> fixture.query("SELECT uptime() > 5").equals("1"));
    }

    /// The claims of a server that has not restarted hold.
    @Test
    void noRestart_manyBatches_needOneClaim() throws Exception {
        try (SinkRunner _ = fixture.sink()) {
            for (int i = 1; i <= 5; i++) {
                fixture.sendEvents(2);
                fixture.awaitExact();
            }
        }
        assertEquals("1", fixture.query("SELECT count() FROM $db.sink_claims WHERE kafka_topic = '"
                + fixture.topics.accepted() + "'"));
    }
}
