package com.fanfinity.analytics.lab.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import com.fanfinity.analytics.stack.ApiClient;

/// Looks at the rows in ClickHouse once a second, while faults happen. At every moment, a source partition has as many
/// rows as its highest accepted number, and no row twice, by plain `count()` without FINAL.
///
/// One SELECT sees one snapshot of the parts of a table, so its figures belong together.
final class CountWatch implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final String COUNTS = """
            SELECT source_partition, count(), max(accepted_number), uniqExact(match_id, event_id, acceptance)
            FROM $db.match_events GROUP BY source_partition ORDER BY source_partition""";
    private static final String DOUBLED = """
            SELECT match_id, event_id, any(accepted_number), count(),
                arraySort(groupArray((kafka_offset, _part))) FROM $db.match_events WHERE source_partition = $partition
            GROUP BY match_id, event_id, acceptance HAVING count() > 1 ORDER BY any(accepted_number) LIMIT 10""";
    /// The last number of each gap.
    private static final String MISSING = """
            SELECT accepted_number - 1 AS number FROM $db.match_events
            WHERE source_partition = $partition AND number > 0 AND number NOT IN
                (SELECT accepted_number FROM $db.match_events WHERE source_partition = $partition)
            ORDER BY number LIMIT 10""";
    private static final String DOUBLED_DEAD_LETTERS = """
            SELECT kafka_topic, kafka_partition, kafka_offset, count() FROM $db.dead_letters
            GROUP BY kafka_topic, kafka_partition, kafka_offset HAVING count() > 1
            ORDER BY kafka_topic, kafka_partition, kafka_offset LIMIT 10""";
    /// Older inserts were seen before.
    private static final String PARTS = "SELECT " + PartHistory.Part.COLUMNS + """
             FROM system.parts WHERE database = '$db' AND table IN ('match_events', 'dead_letters')
            AND (active OR (min_block_number = max_block_number AND modification_time > now() - 180))""";
    /// ClickHouse's own default is 480 s, but the engine as a library drops a merged part after a second.
    private static final String KEEP_MERGED_PARTS = "ALTER TABLE $db.$table MODIFY SETTING old_parts_lifetime = 120";

    private final ApiClient clickHouse;
    private final String database;
    private final Consumer<String> log;
    private final PartHistory history = new PartHistory();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    /// The first fault of each place.
    private final Map<String, String> faults = new LinkedHashMap<>();
    private int looks;
    private int wrong;
    private int unanswered;

    /// @param clickHouse reaches ClickHouse without a relay
    /// @param log receives the first fault of each place
    CountWatch(ApiClient clickHouse, String database, Consumer<String> log) {
        this.clickHouse = clickHouse;
        this.database = database;
        this.log = log;
        thread = Thread.ofVirtual().name("count-watch").unstarted(this::run);
    }

    /// Starts to look once a second, at tables that exist.
    void start() throws IOException, InterruptedException {
        keepMergedParts();
        thread.start();
    }

    /// So that each look sees every INSERT since the last one.
    void keepMergedParts() throws IOException, InterruptedException {
        for (String table : List.of("match_events", "dead_letters")) {
            rows(KEEP_MERGED_PARTS.replace("$table", table));
        }
    }

    private void run() {
        try {
            do {
                look();
            } while (!closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException _) {
            // closed
        }
    }

    /// Looks once. ClickHouse may be away.
    synchronized void look() throws InterruptedException {
        List<String> found = new ArrayList<>();
        try {
            found.addAll(wrongCounts());
            found.addAll(doubledDeadLetters());
            found.addAll(history.shrunken(rows(PARTS).stream().map(PartHistory.Part::of).toList()));
            looks++;
        } catch (IOException _) {
            unanswered++;
        }
        wrong += found.isEmpty() ? 0 : 1;
        for (String sentence : found) {
            if (faults.putIfAbsent(sentence.substring(0, sentence.indexOf(':')), sentence) == null) {
                log.accept("WRONG " + sentence);
            }
        }
    }

    private List<String> wrongCounts() throws IOException, InterruptedException {
        List<String> sentences = new ArrayList<>();
        for (String row : rows(COUNTS)) {
            String[] columns = row.split("\t", -1);
            if (!columns[1].equals(columns[2]) || !columns[1].equals(columns[3])) {
                sentences.add("source partition %s: %s rows, highest number %s, %s different events%s%s".formatted(
                        columns[0], columns[1], columns[2], columns[3], named("doubled", DOUBLED, columns[0]),
                        named("without a row", MISSING, columns[0])));
            }
        }
        return sentences;
    }

    /// The rows are read a moment later, so they may differ.
    private String named(String what, String sql, String partition) throws IOException, InterruptedException {
        List<String> rows = rows(sql.replace("$partition", partition));
        return rows.isEmpty()
                ? ""
                : rows.stream().map(row -> row.replace('\t', ' ')).collect(Collectors.joining(", ", "; " + what + ": ",
                        ""));
    }

    private List<String> doubledDeadLetters() throws IOException, InterruptedException {
        return rows(DOUBLED_DEAD_LETTERS).stream()
                .map(row -> "dead letter " + row.replace('\t', ' ') + " rows: doubled").toList();
    }

    private List<String> rows(String sql) throws IOException, InterruptedException {
        return clickHouse.rows(sql.replace("$db", database));
    }

    /// Sentences with the first fault of each place.
    synchronized List<String> broken() {
        if (looks == 0) {
            return List.of("ClickHouse answered no look at its rows");
        }
        return faults.values().stream().map(fault -> "during the run, " + fault).toList();
    }

    synchronized String summary() {
        return "%d looks at the rows in ClickHouse, %d of them wrong; %d got no answer".formatted(looks, wrong,
                unanswered);
    }

    /// Ends after a last look.
    void finish() throws InterruptedException {
        close();
        thread.join();
        look();
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
