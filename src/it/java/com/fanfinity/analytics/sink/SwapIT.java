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

import com.fanfinity.analytics.clickhouse.ClickHouse;
import com.fanfinity.analytics.clickhouse.Migrations;
import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.lab.restore.BackupScript;
import com.fanfinity.analytics.stack.RealParts;
import com.fanfinity.analytics.testing.FaultyProgram;

/// `swap.sh` on tables of a few rows: what it keeps, and what is left when it fails midway. With the service: `CountAnewIT`.
@Tag("slow")
class SwapIT {

    private static final List<String> TABLES = List.of("match_events", "match_minutes", "match_stats", "dead_letters", "sink_marks");
    private static final String BEGINNING = "2018-07-15 15:00:00";

    private SinkFixture fixture;
    private BackupScript script;
    private String old = "";
    private String anew = "";

    @TempDir
    private Path folder = Path.of("");

    @BeforeEach
    void setUp() throws Exception {
        fixture = new SinkFixture(RealParts.broker(), RealParts.engine().url(), 1);
        old = fixture.name;
        anew = fixture.name + "_v2";
        script = new BackupScript(RealParts.engine().url(), old, "");
        for (String database : List.of(old, anew)) {
            try (ClickHouse clickHouse = new ClickHouse(new Settings.ClickHouse(URI.create(RealParts.engine().url()), database, "default",
                    new Settings.Secret(""), Duration.ofSeconds(30)), "test")) {
                new Migrations(clickHouse, Migrations.bundled(database)).apply();
                for (String table : TABLES) {
                    // Whose it was can be seen from the table.
                    fixture.ask("ALTER TABLE " + database + "." + table + " MODIFY COMMENT '" + database + "'");
                }
            }
        }
        for (int second : new int[]{0, 60, 120}) {
            add(old, "old", second, 0, second);
        }
    }

    @AfterEach
    void tearDown() {
        fixture.ask("DROP DATABASE " + old + " SYNC");
        fixture.ask("DROP DATABASE " + anew + " SYNC");
        fixture.close();
    }

    /// @param event its id and, in seconds, when it was received
    private void add(String database, String match, int event, int partition, int number) {
        fixture.ask("INSERT INTO " + database + ".match_events (event_id, match_id, event_type, timestamp, received_at, kafka_partition,"
                + " kafka_offset, source_partition, accepted_number) SELECT toUUID(leftPad('" + event + "', 32, '0')), '" + match
                + "', 'pass', toDateTime64('" + BEGINNING + "', 3, 'UTC'), toDateTime64('" + BEGINNING + "', 6, 'UTC') + " + event + ", "
                + partition + ", " + number + ", " + partition + ", " + (number + 1));
    }

    private String events(String database) {
        return fixture
                .ask("SELECT arrayStringConcat(arraySort(groupArray(concat(match_id, ' ', toString(toUInt32(received_at - toDateTime64('"
                        + BEGINNING + "', 6, 'UTC')))))), ', ') FROM " + database + ".match_events");
    }

    private void assertOwners(String owner) {
        assertEquals(owner + "\t" + TABLES.size(),
                fixture.ask(
                        "SELECT arrayStringConcat(arraySort(groupUniqArray(comment)), ' and '), count() FROM system.tables WHERE database = '"
                                + old + "' AND name IN ('" + String.join("', '", TABLES) + "')"));
    }

    private String refusal(Map<String, String> environment, String... arguments) {
        return Objects.requireNonNull(assertThrows(IOException.class, () -> script.runSwap(environment, arguments)).getMessage());
    }

    @Test
    void swap_countedAnew_keepsWhatIsOlderAndLeavesOutWhatWasRefused() throws Exception {
        add(anew, "old", 60, 0, 0);
        add(anew, "new", 240, 0, 1);
        add(old, "refused", 200, 0, 200);

        script.runSwap(Map.of(), old, anew);

        assertEquals("new 240, old 0, old 60", events(old));
        assertEquals("old 0, old 120, old 60, refused 200", events(anew));
        assertOwners(anew);
    }

    /// Twelve partitions became more: the first of them has other matches now, and the second set was used before the first was at its end.
    @Test
    void join_anotherTopic_losesNoRow() throws Exception {
        add(anew, "new", 30, 0, 0);

        String refusal = refusal(Map.of(), old, anew);
        assertTrue(refusal.contains("'join' keeps them"), refusal);
        assertOwners(old);
        script.runSwap(Map.of(), "join", old, anew);

        assertEquals("new 30, old 0, old 120, old 60", events(old));
        assertEquals("['new']", fixture.ask("SELECT groupArray(match_id) FROM $db.match_events WHERE accepted_number > 0"),
                "by the ledger");
        assertOwners(anew);
    }

    @Test
    void swap_thirdExchangeFails_takesTheFirstTwoBack() throws Exception {
        FaultyProgram curl = new FaultyProgram(folder, "curl", "EXCHANGE TABLES");

        String refusal = refusal(curl.environment(List.of(3)), "join", old, anew);

        assertTrue(refusal.contains("not swapped: what was exchanged is exchanged back"), refusal);
        assertOwners(old);
        script.runSwap(Map.of(), "join", old, anew);
        assertOwners(anew);
    }

    /// ClickHouse is gone for so long that it cannot be taken back either.
    @Test
    void swap_thirdExchangeFailsAndTakingBackToo_goesOnOrBackWhenRunAgain() throws Exception {
        add(anew, "new", 240, 0, 0);
        FaultyProgram curl = new FaultyProgram(folder, "curl", "EXCHANGE TABLES");

        String refusal = refusal(curl.environment(List.of(3, 4)), "join", old, anew);

        assertTrue(refusal.contains("HALF SWAPPED"), refusal);
        assertOwners(old + " and " + anew);
        script.runSwap(Map.of(), "back", old, anew);
        assertOwners(old);
        refusal(curl.environment(List.of(3, 4)), "join", old, anew);
        script.runSwap(Map.of(), "join", old, anew);
        assertOwners(anew);
        assertEquals("new 240, old 0, old 120, old 60", events(old));
        script.runSwap(Map.of(), "back", old, anew);
        assertEquals("old 0, old 120, old 60", events(old));
    }

    @Test
    void swapAndBack_again_changeNothing() throws Exception {
        for (String each : List.of("join", "join", "back", "back")) {
            script.runSwap(Map.of(), each, old, anew);
            assertOwners(each.equals("join") ? anew : old);
        }
        assertEquals("old 0, old 120, old 60", events(old));
        script.runSwap(Map.of(), "join", old, anew);
        assertEquals("old 0, old 120, old 60", events(old));
    }

    @Test
    void back_neverSwapped_isRefused() {
        refusal(Map.of(), "back", old, anew);

        assertOwners(old);
    }
}
