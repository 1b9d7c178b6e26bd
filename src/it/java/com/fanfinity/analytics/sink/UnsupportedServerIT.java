package com.fanfinity.analytics.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.RealParts;

/// The sink refuses a ClickHouse that cannot store each row once, before it stores a row.
@Tag("slow")
class UnsupportedServerIT {

    private SinkFixture fixture;

    @BeforeEach
    void setUp() throws Exception {
        fixture = new SinkFixture(RealParts.broker(), RealParts.engine().url(), 1);
    }

    @AfterEach
    void tearDown() {
        fixture.close();
    }

    private static void awaitRefusal(SinkRunner sink, String text) {
        Await.until(SinkFixture.SOON, "the status has '" + text + "'",
                () -> sink.status().requiredAction().orElse("").contains(text));
    }

    @Test
    void tableWithoutAMergeTreeEngine_isRefused_andUsedOnceItIsRight() {
        fixture.query("CREATE DATABASE $db ENGINE = Atomic");
        fixture.query("CREATE TABLE $db.match_events (kafka_partition Int32, kafka_offset Int64) ENGINE = Memory");
        fixture.sendEvents(10);
        try (SinkRunner sink = fixture.sink()) {
            awaitRefusal(sink, "match_events has the engine Memory, but needs a MergeTree engine");
            assertFalse(sink.status().migrated());
            assertEquals("0", fixture.query("SELECT count() FROM $db.match_events"));
            assertEquals("match_events", fixture.query("SHOW TABLES FROM $db"));

            fixture.query("DROP TABLE $db.match_events SYNC");

            fixture.awaitExact();
            Await.until(SinkFixture.SOON, "the status has recovered", () -> sink.status().requiredAction().isEmpty());
        }
    }

    @Test
    void databaseWithAnotherEngine_isRefused() {
        fixture.query("CREATE DATABASE $db ENGINE = Memory");
        try (SinkRunner sink = fixture.sink()) {
            awaitRefusal(sink, "has the engine Memory, but needs Atomic");
            assertEquals("", fixture.query("SHOW TABLES FROM $db"));
        }
    }

    @Test
    void cloud_isRefused() throws Exception {
        try (FaultyClickHouse cloud = new FaultyClickHouse(RealParts.engine().url())) {
            cloud.addSetting("cloud_mode", "1");
            try (SinkRunner sink = fixture.sink(cloud.url(), 1_000, writer -> writer)) {
                awaitRefusal(sink, "ClickHouse Cloud is not supported");
                assertEquals("0", fixture.query("SELECT count() FROM system.databases WHERE name = '$db'"));
            }
        }
    }

    @Test
    void loadBalancer_inFrontOfTwoServers_isRefused() throws Exception {
        try (FaultyClickHouse one = server();
                FaultyClickHouse two = server();
                LoadBalancer balancer = new LoadBalancer(List.of(one.url(), two.url()), connection -> connection % 2);
                SinkRunner sink = fixture.sink(balancer.url(), 1_000, writer -> writer)) {
            awaitRefusal(sink, "CLICKHOUSE_URL leads to several servers");
            assertEquals("0", fixture.query("SELECT count() FROM system.databases WHERE name = '$db'"));
        }
    }

    /// The load balancer has sent all connections to one server so far.
    @Test
    void loadBalancer_leadsToTheOtherServerAfterAFailure_isRefusedBeforeARowIsStoredThere() throws Exception {
        AtomicInteger chosen = new AtomicInteger();
        try (FaultyClickHouse one = server();
                FaultyClickHouse two = server();
                LoadBalancer balancer = new LoadBalancer(List.of(one.url(), two.url()), _ -> chosen.get());
                SinkRunner sink = fixture.sink(balancer.url(), 1_000, writer -> writer)) {
            fixture.sendEvents(100);
            fixture.awaitExact();

            one.goDown();
            chosen.set(1);
            fixture.sendEvents(100);
            Await.until(SinkFixture.SOON, "an insert has failed", () -> one.failed() > 0);
            balancer.disconnectAll();

            awaitRefusal(sink, "CLICKHOUSE_URL leads to several servers");
            assertEquals("100", fixture.query("SELECT count() FROM $db.match_events"));
        }
    }

    /// One of two servers. Both show the data of the same engine, so a row that reaches either is seen.
    private static FaultyClickHouse server() throws IOException {
        FaultyClickHouse server = new FaultyClickHouse(RealParts.engine().url());
        server.answerAs(UUID.randomUUID());
        return server;
    }
}
