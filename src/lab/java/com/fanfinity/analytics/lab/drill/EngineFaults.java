package com.fanfinity.analytics.lab.drill;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

import com.fanfinity.analytics.stack.Await;

/// Faults of ClickHouse.
final class EngineFaults {

    static final String ARCHIVED = "drill-archived";
    private static final Duration SOON = Duration.ofMinutes(8);

    private final DrillStack stack;
    private final AtomicInteger inserts = new AtomicInteger();
    private final List<RepeatedAction> readers = new ArrayList<>();

    EngineFaults(DrillStack stack) {
        this.stack = stack;
    }

    List<DrillFault> all() {
        return List.of(
                DrillFault.of("clickhouse-killed", "kill -9 of ClickHouse, restarted later", stack.clickHouse::kill,
                        stack.clickHouse::restart, "ClickHouseDown")
                        .inhibiting("ClickHouseInsertsFailing", "SinkLagging", "SinkStalled", "SinkDegraded")
                        .orPossibly("LedgerNotCompared"),
                DrillFault.of("clickhouse-refuses",
                        "ClickHouse returns 500 to every second insert into match_minutes, to the ledger and to reads "
                                + "of archived matches",
                        this::refuse, this::repair, "ClickHouseInsertsFailing", "LedgerNotCompared",
                        "HistoryUnavailable")
                        .orPossibly("ReadsFailing", "SinkLagging", "SinkDegraded"),
                DrillFault.of("clickhouse-slow", "each insert takes 6 s longer",
                        () -> stack.proxy.delayInserts(Duration.ofSeconds(6)),
                        stack.proxy::reset, "ClickHouseInsertsSlow").orPossibly("SinkLagging", "SinkDegraded"),
                DrillFault
                        .of("rows-deleted",
                                "rows of match_events are deleted by hand, in a live and in an archived match",
                                this::deleteRows,
                                this::bringBack, "LedgerDiscrepancy", "ArchivedRowsMissing")
                        .orPossibly("HistoryUnavailable", "ReadsFailing"),
                DrillFault.of("row-unstorable", "a new constraint of match_events rejects an event", this::constrain,
                        () -> stack.api.rows("ALTER TABLE fanfinity.match_events DROP CONSTRAINT drill"),
                        "RowsUnstorable"));
    }

    private void refuse() {
        awaitArchived();
        stack.proxy.refuse(
                statement -> (statement.contains("INSERT INTO fanfinity.match_minutes ")
                        && inserts.incrementAndGet() % 2 == 0)
                        || statement.contains("countIf(accepted_number > 0)")
                        || (statement.contains(ARCHIVED) && statement.toUpperCase(Locale.ROOT).contains("SELECT")));
        readArchived();
    }

    /// The service reads a match without events for STREAMS_ARCHIVE_AFTER from ClickHouse.
    private void awaitArchived() {
        Await.until(SOON, "the old match is archived", () -> stack.api.get("/metrics").body().lines()
                .anyMatch(line -> line.startsWith("matches_archived_total") && !line.endsWith(" 0.0")));
    }

    private void readArchived() {
        readers.add(new RepeatedAction(Duration.ofMillis(500),
                () -> stack.api.get("/api/matches/" + ARCHIVED + "/metrics")));
    }

    private void repair() {
        stack.proxy.reset();
        readers.forEach(RepeatedAction::close);
        readers.clear();
    }

    private void deleteRows() throws Exception {
        awaitArchived();
        stack.api.rows("DROP TABLE IF EXISTS fanfinity.drill_kept");
        stack.api.rows(
                "CREATE TABLE fanfinity.drill_kept ENGINE = MergeTree ORDER BY tuple() AS "
                        + "SELECT * FROM fanfinity.match_events "
                        + "WHERE match_id = '" + ARCHIVED
                        + "' AND event_type = 'corner' OR match_id = 'drill-1' ORDER BY received_at LIMIT 20");
        stack.api.rows(
                "ALTER TABLE fanfinity.match_events DELETE WHERE event_id IN "
                        + "(SELECT event_id FROM fanfinity.drill_kept) "
                        + "SETTINGS mutations_sync = 1");
        readArchived();
    }

    private void bringBack() throws Exception {
        stack.api.rows(
                "INSERT INTO fanfinity.match_events SELECT * FROM fanfinity.drill_kept "
                        + "SETTINGS insert_deduplicate = 0");
        repair();
    }

    private void constrain() throws Exception {
        stack.api.rows("ALTER TABLE fanfinity.match_events ADD CONSTRAINT drill CHECK event_type != 'throw_in'");
        stack.api.postEvent(DrillLoad.now("drill-1", "throw_in"));
    }

    /// Sends a match that ends before the drill starts, so that it is archived during the drill.
    void playOldMatch() throws Exception {
        for (int i = 0; i < 5; i++) {
            stack.api.postEvent(DrillLoad.now(ARCHIVED, "corner"));
        }
        stack.api.postEvent(DrillLoad.now(ARCHIVED, "shot"));
        stack.api.postEvent("{\"matchId\":\"%s\",\"eventType\":\"match_end\",\"timestamp\":\"%s\"}".formatted(ARCHIVED,
                java.time.Instant.now()));
    }
}
