package com.fanfinity.analytics.lab.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.clickhouse.ClickHouse;
import com.fanfinity.analytics.clickhouse.Migrations;
import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.RealParts;

/// The looks of a chaos run at the service's own tables, whose rows the test writes.
class CountWatchIT {

    private static final String MATCH = "m";

    private final String database = "watched_" + UUID.randomUUID().toString().replace("-", "");
    private final ApiClient api = new ApiClient("http://127.0.0.1:1", RealParts.engine().url());
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final CountWatch watch = new CountWatch(api, database, log::add);

    @BeforeEach
    void createTables() throws Exception {
        try (ClickHouse clickHouse = new ClickHouse(new Settings.ClickHouse(URI.create(RealParts.engine().url()),
                database, "default", new Settings.Secret(""), Duration.ofSeconds(30)), "test")) {
            new Migrations(clickHouse, Migrations.bundled(database)).apply();
        }
        watch.keepMergedParts();
        insert(3, 1, 2, 3);
        insert(3, 4);
        insert(0, 1, 2);
        watch.look();
        assertEquals(List.of(), watch.broken());
    }

    @AfterEach
    void dropDatabase() throws IOException, InterruptedException {
        api.rows("DROP DATABASE " + database);
        api.close();
    }

    @Test
    void look_rowDoubled_namesIt() throws Exception {
        insert(3, 4, 5);

        watch.look();

        assertBroken("source partition 3: 6 rows, highest number 5, 5 different events; doubled: m " + id(4) + " 4 2");
        assertTrue(log.getFirst().startsWith("WRONG source partition 3"), log::toString);
    }

    /// From then on count() is right again.
    @Test
    void look_rowDoubledAndMergedBeforeTheLook_namesTheBlocks() throws Exception {
        insert(3, 3, 4);
        api.rows("OPTIMIZE TABLE " + database + ".match_events FINAL");
        assertEquals(List.of("6"), api.rows("SELECT count() FROM " + database + ".match_events"));

        watch.look();

        assertBroken("merge in match_events 197001-3: blocks ");
        assertBroken(" had 6 rows and now have 4, so it hid doubled rows");
    }

    @Test
    void look_rowMissing_namesTheNumberBeforeEachGap() throws Exception {
        insert(3, 7, 8, 11);

        watch.look();

        assertBroken("source partition 3: 7 rows, highest number 11, 7 different events; without a row: 6, 10");
    }

    @Test
    void look_deadLetterDoubled_namesIt() throws Exception {
        for (String part : List.of("a", "b")) {
            api.rows("INSERT INTO " + database + ".dead_letters (reason, kafka_topic, kafka_partition, kafka_offset) "
                    + "VALUES ('" + part + "', 'dead', 2, 17)");
        }

        watch.look();

        assertBroken("dead letter dead 2 17 2 rows: doubled");
    }

    @Test
    void look_onceWrong_isBrokenAlsoWhenRightAgain() throws Exception {
        insert(0, 4);
        watch.look();
        insert(0, 3);
        watch.look();

        assertBroken("during the run, source partition 0: 3 rows, highest number 4");
        assertEquals("3 looks at the rows in ClickHouse, 1 of them wrong; 0 got no answer", watch.summary());
    }

    private void assertBroken(String part) {
        assertEquals(1, watch.broken().size());
        assertTrue(watch.broken().getFirst().contains(part), watch.broken()::toString);
    }

    private void insert(int partition, long... numbers) throws IOException, InterruptedException {
        StringBuilder rows = new StringBuilder();
        for (long number : numbers) {
            rows.append(rows.isEmpty() ? "" : ", ").append("('%s', '%s', %d, %d, %d, %d, %d)".formatted(MATCH,
                    id(number), partition, partition, number, number, number));
        }
        api.rows("INSERT INTO " + database + ".match_events (match_id, event_id, kafka_partition, source_partition, "
                + "kafka_offset, accepted_number, acceptance) VALUES " + rows);
    }

    private static UUID id(long number) {
        return new UUID(7, number);
    }
}
