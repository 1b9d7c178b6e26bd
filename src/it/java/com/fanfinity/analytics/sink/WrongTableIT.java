package com.fanfinity.analytics.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.RealParts;

/// An operator changes a table under the sink. ClickHouse rejects rows with the same errors as for a row that can never
/// be stored. The sink keeps the rows, and stores each once when the table is right again.
@Tag("slow")
class WrongTableIT {

    private static final String MATCH_TIME = "2018-07-15T15:00:00.000Z";
    private static final int ROWS = 200;

    private SinkFixture fixture;

    @BeforeEach
    void setUp() throws Exception {
        fixture = new SinkFixture(RealParts.broker(), RealParts.engine().url(), 1);
    }

    @AfterEach
    void tearDown() {
        fixture.close();
    }

    /// Events whose match, team and player differ from those of the fixture.
    private void sendEventsOfOthers(String match, int count) {
        fixture.transaction(() -> {
            for (int i = 0; i < count; i++) {
                fixture.sendEvent(match, SinkFixture.event(UUID.randomUUID(), match, MATCH_TIME)
                        .replace(":\"4418\"", ":\"team-x\"").replace(":\"3682\"", ":\"player-x\""));
            }
        });
    }

    private String stored() {
        return fixture.query("SELECT count() FROM $db.match_events");
    }

    private String deadLetters() {
        return fixture.query("SELECT count() FROM $db.dead_letters");
    }

    private static void awaitAction(SinkRunner sink, String text) {
        Await.until(SinkFixture.SOON, "the status has '" + text + "'",
                () -> sink.status().requiredAction().orElse("").contains(text));
    }

    private enum Rows {
        OF_OTHERS,
        WITHOUT_A_PLAYER
    }

    enum Change {
        /// Code 6.
        NUMBER_INSTEAD_OF_TEXT(Rows.OF_OTHERS, "MODIFY COLUMN player_id UInt64", "MODIFY COLUMN player_id String",
                "its column player_id has the type UInt64, but needs String"),
        /// Code 691.
        ENUM_INSTEAD_OF_TEXT(Rows.OF_OTHERS, "MODIFY COLUMN team_id Enum8('4418' = 1)",
                "MODIFY COLUMN team_id LowCardinality(String)", "its column team_id has the type Enum8"),
        /// Code 469 for every row.
        CONSTRAINT_FOR_NOTHING(Rows.OF_OTHERS, "ADD CONSTRAINT nothing CHECK kafka_offset < 0",
                "DROP CONSTRAINT nothing",
                "it rejects more than 10 rows of one batch with code 469"),
        /// Code 469 for new rows only.
        CONSTRAINT_FOR_OLD_ROWS(Rows.OF_OTHERS, "ADD CONSTRAINT old CHECK kafka_offset < 20", "DROP CONSTRAINT old",
                "it rejects more than 10 rows of one batch with code 469"),
        /// Code 6 for new rows only.
        COLUMN_WITH_AN_EXPRESSION(Rows.OF_OTHERS, "ADD COLUMN n UInt64 MATERIALIZED toUInt64(player_id)",
                "DROP COLUMN n",
                "it rejects more than 10 rows of one batch with code 6"),
        /// Code 32, as if the body of the request had been cut off.
        NUMBER_INSTEAD_OF_EMPTY_TEXT(Rows.WITHOUT_A_PLAYER, "MODIFY COLUMN player_id UInt64",
                "MODIFY COLUMN player_id String",
                "its column player_id has the type UInt64, but needs String"),
        /// Code 32.
        EXPRESSION_FOR_EMPTY_TEXTS(Rows.WITHOUT_A_PLAYER, "ADD COLUMN n UInt64 MATERIALIZED toUInt64(player_id)",
                "DROP COLUMN n",
                "it rejects rows with code 32, which no row of a right table causes"),
        DIVISION(Rows.WITHOUT_A_PLAYER, "ADD COLUMN n UInt64 MATERIALIZED intDiv(1, length(player_id))",
                "DROP COLUMN n",
                "it rejects rows with code 153, which no row of a right table causes"),
        /// The code of a claim that no longer holds.
        THROW_IF(Rows.WITHOUT_A_PLAYER, "ADD COLUMN n UInt8 MATERIALIZED throwIf(player_id = '')", "DROP COLUMN n",
                "it rejects rows with code 395, which no row of a right table causes"),
        /// Code 44.
        COMPUTED_COLUMN(Rows.WITHOUT_A_PLAYER, "MODIFY COLUMN producer LowCardinality(String) MATERIALIZED 'x'",
                "MODIFY COLUMN producer REMOVE MATERIALIZED",
                "its column producer is MATERIALIZED and takes no values"),
        /// Code 16.
        NO_COLUMN(Rows.WITHOUT_A_PLAYER, "DROP COLUMN producer", "ADD COLUMN producer LowCardinality(String)",
                "it has no column producer");

        private final Rows rows;
        private final String alter;
        private final String undo;
        private final String action;

        Change(Rows rows, String alter, String undo, String action) {
            this.rows = rows;
            this.alter = alter;
            this.undo = undo;
            this.action = action;
        }
    }

    @ParameterizedTest
    @EnumSource
    void tableChanged_andChangedBack_parksNothingAndStoresEachRowOnce(Change change) {
        try (SinkRunner sink = fixture.sink()) {
            fixture.sendEvents(10);
            fixture.awaitExact();
            fixture.query("ALTER TABLE $db.match_events " + change.alter);

            if (change.rows == Rows.OF_OTHERS) {
                sendEventsOfOthers("others", ROWS);
            } else {
                sendEventsWithoutAPlayer(3);
            }

            awaitAction(sink, change.action);
            assertEquals("10", stored());
            fixture.query("ALTER TABLE $db.match_events " + change.undo);
            fixture.awaitExact();
            assertEquals("0", deadLetters());
            Await.until(SinkFixture.SOON, "the status has recovered", () -> sink.status().degraded().isEmpty());
        }
        fixture.assertExact();
        assertTrue(fixture.registry.get("clickhouse.table.faults").tag("table", "match_events").counter().count() > 0);
        assertEquals("", fixture.query("SHOW TABLES FROM $db LIKE 'sink_trial%'"));
    }

    /// Events without a player, so their text is empty. ClickHouse rejects them with other errors than other texts.
    private void sendEventsWithoutAPlayer(int count) {
        fixture.transaction(() -> {
            for (int i = 0; i < count; i++) {
                fixture.sendEvent("nobody", SinkFixture.event(UUID.randomUUID(), "nobody", MATCH_TIME)
                        .replace(",\"playerId\":\"3682\"", ""));
            }
        });
    }

    /// Code 32 for each insert. A body that is cut off on its way causes the same, but not forever.
    @Test
    void materializedViewFails_forEmptyTexts_isNamed() {
        try (SinkRunner sink = fixture.sink()) {
            fixture.sendEvents(10);
            fixture.awaitExact();
            fixture.query("CREATE MATERIALIZED VIEW $db.by_player ENGINE = MergeTree ORDER BY player "
                    + "AS SELECT toUInt64(player_id) AS player FROM $db.match_events");

            sendEventsWithoutAPlayer(3);

            awaitAction(sink, "a copy of the table accepts the rows; look for a materialized view");
            fixture.query("DROP VIEW $db.by_player SYNC");
            fixture.awaitExact();
            assertEquals("0", deadLetters());
        }
        fixture.assertExact();
    }

    /// The sink cannot read how far it has come.
    @Test
    void tableReplaced_beforeTheStart_isNamed() {
        try (SinkRunner _ = fixture.sink()) {
            fixture.sendEvents(10);
            fixture.awaitExact();
        }
        fixture.query("RENAME TABLE $db.match_events TO $db.kept");
        fixture.query("CREATE TABLE $db.match_events ENGINE = MergeTree ORDER BY tuple() "
                + "AS SELECT * REPLACE(toString(kafka_offset) AS kafka_offset) FROM $db.kept LIMIT 0");
        try (SinkRunner sink = fixture.sink()) {
            fixture.sendEvents(5);

            awaitAction(sink, "its column kafka_offset has the type String, but needs Int64");
            fixture.query("DROP TABLE $db.match_events SYNC");
            fixture.query("RENAME TABLE $db.kept TO $db.match_events");
            fixture.awaitExact();
        }
        fixture.assertExact();
    }

    /// ClickHouse reports the error of the view for the insert into the table.
    @Test
    void materializedViewFails_parksNothingAndStoresEachRowOnce() {
        try (SinkRunner sink = fixture.sink()) {
            fixture.sendEvents(10);
            fixture.awaitExact();
            fixture.query("CREATE MATERIALIZED VIEW $db.by_player ENGINE = MergeTree ORDER BY player "
                    + "AS SELECT toUInt64(player_id) AS player FROM $db.match_events");

            sendEventsOfOthers("others", ROWS);

            awaitAction(sink, "a copy of the table accepts the rows; look for a materialized view");
            fixture.query("DROP VIEW $db.by_player SYNC");
            fixture.awaitExact();
            assertEquals("0", deadLetters());
        }
        fixture.assertExact();
    }

    /// The newest stored row shows that the constraint is wrong, not the row.
    @Test
    void rowRejectedAlone_likeEveryOther_isKept() {
        try (SinkRunner sink = fixture.sink()) {
            fixture.sendEvents(10);
            fixture.awaitExact();
            fixture.query("ALTER TABLE $db.match_events ADD CONSTRAINT nothing CHECK kafka_offset < 0");

            sendEventsOfOthers("others", 1);

            awaitAction(sink, "it rejects every row with code 469, also one that it has stored before");
            fixture.query("ALTER TABLE $db.match_events DROP CONSTRAINT nothing");
            fixture.awaitExact();
            assertEquals("0", deadLetters());
        }
    }

    /// One row at a time looks like a row at fault. The bound shows that it is not.
    @Test
    void rowsRejectedOneByOne_parksOnlyUpToTheBound() {
        int bad = ParkingLimit.ROWS + 5;
        try (SinkRunner sink = fixture.sink(RealParts.engine().url(), 1, writer -> writer)) {
            fixture.sendEvents(10);
            fixture.awaitExact();
            fixture.query("ALTER TABLE $db.match_events ADD CONSTRAINT no_bad CHECK match_id != 'bad'");

            sendEventsOfOthers("bad", bad);

            awaitAction(sink, "it rejects more than 10 rows in 1 h, this one with code 469");
            assertEquals(Integer.toString(ParkingLimit.ROWS), deadLetters());
            assertEquals("10", stored());
            fixture.query("ALTER TABLE $db.match_events DROP CONSTRAINT no_bad");
            Await.until(SinkFixture.SOON, "the others are stored", () -> stored().equals("15"));
            assertEquals(Integer.toString(ParkingLimit.ROWS), deadLetters());
        }
    }

    /// No other row can show that the table is right.
    @Test
    void rowRejectedAlone_inAnEmptyTable_isParked() {
        try (SinkRunner sink = fixture.sink()) {
            Await.until(SinkFixture.SOON, "the tables are there", () -> sink.status().migrated());
            fixture.query("ALTER TABLE $db.match_events ADD CONSTRAINT no_bad CHECK match_id != 'bad'");

            fixture.transaction(() -> fixture.send(fixture.topics.accepted(), "bad",
                    SinkFixture.event(UUID.randomUUID(), "bad", MATCH_TIME)));

            Await.until(SinkFixture.SOON, "the dead letter", () -> deadLetters().equals("1"));
            fixture.sendEvents(10);
            fixture.awaitExact();
            Await.until(SinkFixture.SOON, "the status has recovered", () -> sink.status().degraded().isEmpty());
        }
    }

    /// A dead letter has no other place, so it waits.
    @Test
    void deadLettersTableChanged_andChangedBack_storesThemOnce() {
        try (SinkRunner sink = fixture.sink()) {
            Await.until(SinkFixture.SOON, "the tables are there", () -> sink.status().migrated());
            // ClickHouse refuses to change a column from which it computes others.
            List.of("INDEX event_id", "COLUMN event_id", "COLUMN match_id")
                    .forEach(what -> fixture.query("ALTER TABLE $db.dead_letters DROP " + what));
            fixture.query("ALTER TABLE $db.dead_letters MODIFY COLUMN raw UInt64");

            fixture.transaction(() -> fixture.send(fixture.topics.dead(), "x", "not json"));

            awaitAction(sink, "the table dead_letters is wrong: its column raw has the type UInt64, but needs String");
            fixture.query("ALTER TABLE $db.dead_letters MODIFY COLUMN raw String CODEC(ZSTD(1))");
            Await.until(SinkFixture.SOON, "the dead letter", () -> deadLetters().equals("1"));
        }
    }
}
