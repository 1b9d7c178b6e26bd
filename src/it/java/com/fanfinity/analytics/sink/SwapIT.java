package com.fanfinity.analytics.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.clickhouse.ClickHouse;
import com.fanfinity.analytics.clickhouse.Migrations;
import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.lab.restore.BackupScript;
import com.fanfinity.analytics.stack.RealParts;
import com.fanfinity.analytics.testing.FaultyProgram;

/// `swap.sh` on tables of a few rows: which rows it keeps, and the state after a failure midway. With the service:
/// `CountAnewIT`.
@Tag("slow")
class SwapIT {

    private static final List<String> TABLES = List.of("match_events", "match_minutes", "match_stats", "dead_letters",
            "sink_marks", "sink_topics");
    private static final String BEGINNING = "2018-07-15 15:00:00";

    private SinkFixture fixture;
    private BackupScript script;
    private String old = "";
    private String fresh = "";

    @TempDir
    private Path folder = Path.of("");

    @BeforeEach
    void setUp() throws Exception {
        fixture = new SinkFixture(RealParts.broker(), RealParts.engine().url(), 1);
        old = fixture.name;
        fresh = fixture.name + "_v2";
        script = new BackupScript(RealParts.engine().url(), old, "");
        for (String database : List.of(old, fresh)) {
            try (ClickHouse clickHouse = new ClickHouse(
                    new Settings.ClickHouse(URI.create(RealParts.engine().url()), database, "default",
                            new Settings.Secret(""), Duration.ofSeconds(30)),
                    "test")) {
                new Migrations(clickHouse, Migrations.bundled(database)).apply();
                for (String table : TABLES) {
                    // The comment names the owner of the table.
                    fixture.query("ALTER TABLE " + database + "." + table + " MODIFY COMMENT '" + database + "'");
                }
            }
        }
        for (int second : new int[]{0, 60, 120}) {
            add(old, "old", second, 0, second);
        }
    }

    @AfterEach
    void tearDown() {
        fixture.query("DROP DATABASE " + old + " SYNC");
        fixture.query("DROP DATABASE " + fresh + " SYNC");
        fixture.close();
    }

    /// @param event its id and, in seconds, when it was received
    private void add(String database, String match, int event, int partition, int number) {
        fixture.query("INSERT INTO " + database
                + ".match_events (event_id, match_id, event_type, timestamp, received_at, kafka_partition,"
                + " kafka_offset, source_partition, accepted_number) SELECT toUUID(leftPad('" + event
                + "', 32, '0')), '" + match
                + "', 'pass', toDateTime64('" + BEGINNING + "', 3, 'UTC'), toDateTime64('" + BEGINNING
                + "', 6, 'UTC') + " + event + ", "
                + partition + ", " + number + ", " + partition + ", " + (number + 1));
    }

    private String events(String database) {
        return fixture
                .query("SELECT arrayStringConcat(arraySort(groupArray(concat(match_id, ' ', "
                        + "toString(toUInt32(received_at - toDateTime64('"
                        + BEGINNING + "', 6, 'UTC')))))), ', ') FROM " + database + ".match_events");
    }

    private void assertOwners(String owner) {
        assertEquals(owner + "\t" + TABLES.size(),
                fixture.query(
                        "SELECT arrayStringConcat(arraySort(groupUniqArray(comment)), ' and '), count() "
                                + "FROM system.tables WHERE database = '"
                                + old + "' AND name IN ('" + String.join("', '", TABLES) + "')"));
    }

    private String refusal(Map<String, String> environment, String... arguments) {
        return Objects.requireNonNull(
                assertThrows(IOException.class, () -> script.runSwap(environment, arguments)).getMessage());
    }

    @Test
    void swap_countedAgain_keepsOlderRowsAndDropsRejectedOnes() throws Exception {
        add(fresh, "old", 60, 0, 0);
        add(fresh, "new", 240, 0, 1);
        add(old, "refused", 200, 0, 200);

        script.runSwap(Map.of(), old, fresh);

        assertEquals("new 240, old 0, old 60", events(old));
        assertEquals("old 0, old 120, old 60, refused 200", events(fresh));
        assertOwners(fresh);
    }

    /// The clocks of two instances differ by half an hour. An event that Kafka no longer has was received, by the fast
    /// one, after the first recounted event.
    @Test
    void swap_clocksOfInstancesDiffer_keepsTheOlderRow() throws Exception {
        add(old, "ahead", 1_800, 0, 30);
        add(fresh, "old", 60, 0, 0);
        add(fresh, "new", 240, 0, 1);

        script.runSwap(Map.of(), old, fresh);

        assertEquals("ahead 1800, new 240, old 0, old 60", events(old));
    }

    /// The group's offsets were set forward, and later back. So the older event was counted later and has a higher
    /// number. Kafka no longer has it.
    @Test
    void swap_olderEventWasCountedLater_keepsItsRow() throws Exception {
        add(old, "late", 30, 0, 500);
        add(fresh, "old", 60, 0, 0);
        add(fresh, "new", 240, 0, 1);

        script.runSwap(Map.of(), old, fresh);

        assertEquals("late 30, new 240, old 0, old 60", events(old));
    }

    /// The number of partitions grew, so the partitions have other matches, and both topics were in use for a time.
    @Test
    void join_otherTopic_losesNoRow() throws Exception {
        add(fresh, "new", 30, 0, 0);

        script.runSwap(Map.of(), "join", old, fresh);

        assertEquals("new 30, old 0, old 120, old 60", events(old));
        assertEquals("['new']",
                fixture.query("SELECT groupArray(match_id) FROM $db.match_events WHERE accepted_number > 0"),
                "by the ledger");
        assertOwners(fresh);
    }

    /// The tables of an earlier version lack the column.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void swap_producerOfAnEvent_isKept(boolean oldHasTheColumn) throws Exception {
        if (oldHasTheColumn) {
            fixture.query("ALTER TABLE $db.match_events UPDATE producer = 'feed-1' WHERE true "
                    + "SETTINGS mutations_sync = 1");
        } else {
            fixture.query("ALTER TABLE $db.match_events DROP COLUMN producer");
        }
        add(fresh, "old", 60, 0, 0);

        script.runSwap(Map.of(), old, fresh);

        assertEquals(oldHasTheColumn ? "['','feed-1']" : "['','']",
                fixture.query("SELECT arraySort(groupArray(producer)) FROM $db.match_events"));
    }

    /// The tables of an earlier version lack the column.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void join_metadataAsItWasSent_isKept(boolean oldHasTheColumn) throws Exception {
        if (oldHasTheColumn) {
            fixture.query("INSERT INTO $db.match_events (match_id, metadata, metadata_sent) "
                    + "VALUES ('odd', '{\"x\":\"1e400\"}', '{\"x\":1e400}')");
        } else {
            fixture.query("ALTER TABLE $db.match_events DROP COLUMN metadata_sent");
        }

        script.runSwap(Map.of(), "join", old, fresh);

        assertEquals(oldHasTheColumn ? "{\"x\":\"1e400\"}\t{\"x\":1e400}" : "",
                fixture.query("SELECT metadata, metadata_sent FROM $db.match_events WHERE match_id = 'odd'"));
        assertEquals("3", fixture.query("SELECT count() FROM $db.match_events WHERE match_id = 'old'"));
    }

    @Test
    void swap_thirdExchangeFails_undoesTheFirstTwo() throws Exception {
        FaultyProgram curl = new FaultyProgram(folder, "curl", "EXCHANGE TABLES");

        String refusal = refusal(curl.environment(List.of(3)), "join", old, fresh);

        assertTrue(refusal.contains("not swapped: the exchanged tables are exchanged back"), refusal);
        assertOwners(old);
        script.runSwap(Map.of(), "join", old, fresh);
        assertOwners(fresh);
    }

    /// ClickHouse is away for so long that the undo fails too.
    @Test
    void swap_thirdExchangeAndUndoFail_nextRunCompletesOrUndoes() throws Exception {
        add(fresh, "new", 240, 0, 0);
        FaultyProgram curl = new FaultyProgram(folder, "curl", "EXCHANGE TABLES");

        String refusal = refusal(curl.environment(List.of(3, 4)), "join", old, fresh);

        assertTrue(refusal.contains("HALF SWAPPED"), refusal);
        assertOwners(old + " and " + fresh);
        script.runSwap(Map.of(), "back", old, fresh);
        assertOwners(old);
        refusal(curl.environment(List.of(3, 4)), "join", old, fresh);
        script.runSwap(Map.of(), "join", old, fresh);
        assertOwners(fresh);
        assertEquals("new 240, old 0, old 120, old 60", events(old));
        script.runSwap(Map.of(), "back", old, fresh);
        assertEquals("old 0, old 120, old 60", events(old));
    }

    @Test
    void swapAndBack_runTwice_changeNothing() throws Exception {
        for (String each : List.of("join", "join", "back", "back")) {
            script.runSwap(Map.of(), each, old, fresh);
            assertOwners(each.equals("join") ? fresh : old);
        }
        assertEquals("old 0, old 120, old 60", events(old));
        script.runSwap(Map.of(), "join", old, fresh);
        assertEquals("old 0, old 120, old 60", events(old));
    }

    @Test
    void back_neverSwapped_isRefused() {
        refusal(Map.of(), "back", old, fresh);

        assertOwners(old);
    }
}
