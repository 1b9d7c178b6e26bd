package com.fanfinity.analytics.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.clickhouse.ClickHouse;
import com.fanfinity.analytics.clickhouse.Migrations;
import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.stack.RealParts;

/// The table `dead_letters` with the letters of other producers, on a real engine.
class DeadLetterTableIT {

    private static final String DATABASE = "dead_letter_table";
    private static final String EVENT = "54ff7e6d-b7f7-54ec-9d8b-f8a8d8d5c517";
    private static final String NO_EVENT = "00000000-0000-0000-0000-000000000000";

    private static final String INSERT = "INSERT INTO " + DATABASE + ".dead_letters (reason, detail, source_topic, "
            + "source_partition, source_offset, key, raw, headers, received_at, kafka_topic, kafka_partition, "
            + "kafka_offset) SELECT ";

    private final ClickHouse clickHouse = new ClickHouse(new Settings.ClickHouse(URI.create(RealParts.engine().url()),
            DATABASE, "default", new Settings.Secret(""), Duration.ofSeconds(30)), "test");

    private int offset;

    @BeforeEach
    void createTables() throws SQLException, Migrations.ChangedException {
        new Migrations(clickHouse, Migrations.bundled(DATABASE)).apply();
    }

    @AfterEach
    void dropTables() throws SQLException {
        clickHouse.execute("DROP DATABASE " + DATABASE);
        clickHouse.close();
    }

    private void insert(String key, String raw) throws SQLException {
        offset++;
        clickHouse.execute(INSERT + "'invalid', '', 'match-events', 0, " + offset + ", " + literal(key) + ", "
                + literal(raw) + ", map(), now64(6), 'match-events-dead', 0, " + offset);
    }

    private static String literal(String text) {
        return '\'' + text.replace("\\", "\\\\").replace("'", "\\'") + '\'';
    }

    /// The ids of the letter that was inserted last: `match event`.
    private String ids() throws SQLException {
        return clickHouse.query("SELECT match_id, toString(event_id) FROM " + DATABASE
                + ".dead_letters ORDER BY kafka_offset DESC LIMIT 1", row -> row.getString(1) + ' ' + row.getString(2))
                .getFirst();
    }

    private void assertIds(String match, String event, String raw) throws SQLException {
        insert("key", raw);

        assertEquals(match + ' ' + event, ids(), raw);
    }

    /// Every character that a match id may have. With odd numbers and half a surrogate pair beside it, ClickHouse's
    /// functions for JSON read nothing unless these are replaced.
    @ParameterizedTest
    @ValueSource(strings = {"wyscout-2058017", "opta:2058017", "a:1e5", "a:b:3:4", "a:-.E", ":", ":0", "0", "1e5", "-",
        "...", "2026-11-21T12:00:00.000", "E:e:1", "_:_", "abcdefghijklmnopqrstuvwxyz:ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "1:2:3:4:5:6:7:8:9:0:1:2:3:4:5:6:7:8:9:0:1:2:3:4:5:6:7:8:9:0:1:2:3:4:5:6:7:8:9:0:1:2:3:4:5:6:7:8:9:0:1:2:3:4"
                + ":5:6:7:8:9:0:1:2:3:4"})
    void matchId_anyAllowedCharacter_isTheOneOfTheLetter(String match) throws SQLException {
        for (String more : List.of("", ",\"metadata\":{\"a\":1e400,\"b\":[-1E+400,18446744073709551616]}",
                ",\"metadata\":{\"c\":\"\\ud83d\",\"d\": -0.5}")) {
            assertIds(match, EVENT, "{\"eventType\":\"gaol\",\"matchId\" : \"" + match + "\",\"eventId\":\"" + EVENT
                    + "\"" + more + "}");
        }
    }

    @Test
    void ids_texts_areNotTakenForMembers() throws SQLException {
        assertIds("opta:7", EVENT, "{\"metadata\":{\"matchId\":\"other:1\",\"eventId\":\"" + NO_EVENT.replace('0', '1')
                + "\"},\"matchId\":\"opta:7\",\"eventId\":\"" + EVENT.toUpperCase(java.util.Locale.ROOT) + "\"}");
        assertIds("opta:7", EVENT, "{\"metadata\":{\"x\":\"\\\",\\\"matchId\\\":\\\"other:1\\\",\",\"y\":1e999},"
                + "\"matchId\":\"opta:7\",\"eventId\":\"" + EVENT + "\"}");
        assertIds("opta:7", NO_EVENT, "{\"metadata\":{\"x\":\"\\\\\",\"y\":\"a\\\\\\\"b:1e5\"},"
                + "\"z\":[ 1, -2.5e3 , true ],\"matchId\":\"opta:7\",\"eventId\":17}");
    }

    /// The target of a retraction must not count as the retraction itself.
    @Test
    void ids_ofTheMetadataOnly_areNotTaken() throws SQLException {
        String metadata = "\"metadata\":{\"matchId\":\"other:1\",\"eventId\":\"" + EVENT + "\"}";

        assertIds("opta:7", NO_EVENT, "{" + metadata + ",\"matchId\":\"opta:7\"}");
        assertIds("key", NO_EVENT, "{" + metadata + ",\"eventType\":\"retraction\"}");
    }

    /// A valid id has none of these characters. The look-up by the id of an event still works.
    @ParameterizedTest
    @ValueSource(strings = {"Zürich:1", "界:2", "a b:3", "a/b:4", "a,5:6", "[7"})
    void matchId_otherCharacters_isTheOneOfTheLetter(String match) throws SQLException {
        assertIds(match, EVENT, "{\"matchId\":\"" + match + "\",\"eventId\":\"" + EVENT + "\"}");
    }

    @Test
    void ids_noJson_areTheFirstMembersOrTheKey() throws SQLException {
        assertIds("opta:8", EVENT, "x {\"matchId\" : \"opta:8\", \"eventId\":\"" + EVENT + "\", \"matchId\":\"y:9\"");
        assertIds("key", NO_EVENT, "no JSON");
        assertIds("key", NO_EVENT, "{\"matchId\":5,\"eventId\":null}");
        assertIds("key", NO_EVENT, "");
    }

    /// Attack: a text in which a search for the end of each string would begin again and again.
    @Test
    void ids_manyQuotes_takeLittleTime() throws SQLException {
        for (String part : List.of("\\\":1,", "\":e", "\\\"", ",e")) {
            long began = System.nanoTime();
            insert("key", "\"" + part.repeat(65_536 / part.length()));

            assertTrue(System.nanoTime() - began < Duration.ofSeconds(5).toNanos(), part);
            assertEquals("key " + NO_EVENT, ids());
        }
    }

    /// Attack: reasons, details and headers of 1 MiB each.
    @Test
    void texts_ofAnotherProducer_areCut() throws Exception {
        clickHouse.execute(INSERT + "repeat(toString(number % 3), 1000000), repeat('d', 1000000), "
                + "repeat('t', 1000000), 0, 1, '', '{}', map('big', repeat('v', 1000000), 'cut', '" + "c".repeat(3_000)
                + "', 'producer', 'p'), now64(6), 'match-events-dead', 0, number FROM numbers(4)");
        ClickHouseDeadLetterStore store = new ClickHouseDeadLetterStore(clickHouse);
        DeadLetterId id = new DeadLetterId("match-events-dead", 0, 3);

        assertEquals(Map.of("0".repeat(2_000), 2L, "1".repeat(2_000), 1L, "2".repeat(2_000), 1L),
                store.reasons(TimeRange.ALWAYS));
        DeadLetterContent forAReplay = store.contents(List.of(id), 1_000).getFirst();
        assertEquals(Set.of("cut", "producer"), forAReplay.headers().keySet());
        assertEquals("c".repeat(2_000), new String(forAReplay.headers().getOrDefault("cut", new byte[0]), UTF_8));
        assertEquals(2_000, forAReplay.letter().detail().length());
        assertEquals(Set.of("big", "cut", "producer"), store.detail(id, 1_000).orElseThrow().headers().keySet());
    }
}
