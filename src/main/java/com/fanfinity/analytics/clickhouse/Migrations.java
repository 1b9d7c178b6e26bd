package com.fanfinity.analytics.clickhouse;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.event.ResourceDirectory;

/// Updates the schema: applies each migration that is not in `schema_migrations` yet, in the order of the numbers.
///
/// Several instances may do this at the same time; see {@link Migration}.
public final class Migrations {
    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

    /// The table of the applied migrations.
    private static final String APPLIED = "schema_migrations";

    private final ClickHouse clickHouse;
    private final List<Migration> migrations;
    private final ServerCheck server;

    /// @throws IllegalArgumentException if the versions are not in ascending order
    public Migrations(ClickHouse clickHouse, List<Migration> migrations) {
        for (int i = 1; i < migrations.size(); i++) {
            if (migrations.get(i).version() <= migrations.get(i - 1).version()) {
                throw new IllegalArgumentException("migrations out of order at V" + migrations.get(i).version());
            }
        }
        this.clickHouse = clickHouse;
        this.migrations = List.copyOf(migrations);
        this.server = new ServerCheck(clickHouse,
                Stream.concat(Stream.of(APPLIED), migrations.stream().flatMap(migration -> migration.tables().stream()))
                        .collect(Collectors.toSet()));
    }

    /// The migrations of this version of the service.
    public static List<Migration> bundled(String database) {
        return ResourceDirectory.read("/clickhouse").entrySet().stream()
                .map(file -> Migration.parse(file.getKey(), new String(file.getValue(), UTF_8), database)).toList();
    }

    /// A server can create tables with another engine than the statement names. So this checks the server before the
    /// first statement and after the last one.
    ///
    /// @throws OperatorActionException if the sink must not use the server
    /// @throws ChangedException if an applied migration differs from the one in this jar
    public void apply() throws SQLException, ChangedException {
        server.compareConnections();
        server.run();
        applyMissing();
        server.run();
    }

    /// @throws OperatorActionException if the sink must not use the server
    void checkServer() throws SQLException {
        server.run();
    }

    private void applyMissing() throws SQLException, ChangedException {
        clickHouse.execute("CREATE DATABASE IF NOT EXISTS " + clickHouse.database() + " ENGINE = Atomic");
        clickHouse.execute(
                """
                        CREATE TABLE IF NOT EXISTS %s.%s
                        (version UInt32, name String, checksum String, applied_at DateTime DEFAULT now())
                        ENGINE = ReplacingMergeTree ORDER BY (version, checksum) \
                        SETTINGS non_replicated_deduplication_window = 1000"""
                        .formatted(
                                clickHouse.database(), APPLIED));
        Map<Integer, String> applied = applied();
        for (Migration migration : migrations) {
            String checksum = applied.get(migration.version());
            if (checksum == null) {
                run(migration);
            } else if (!checksum.equals(migration.checksum())) {
                throw new ChangedException(migration);
            }
        }
    }

    private void run(Migration migration) throws SQLException {
        for (String statement : migration.statements()) {
            clickHouse.execute(statement);
        }
        clickHouse.execute(
                ("INSERT INTO %s.%s (version, name, checksum) "
                        + "SETTINGS async_insert = 0, insert_deduplication_token = '%s' VALUES (%d, '%s', '%s')")
                        .formatted(clickHouse.database(), APPLIED, migration.version() + "-" + migration.checksum(),
                                migration.version(),
                                migration.name(),
                                migration.checksum()));
        LOG.atInfo().addKeyValue("database", clickHouse.database()).addKeyValue("version", migration.version())
                .addKeyValue("name", migration.name()).log("migration applied");
    }

    private Map<Integer, String> applied() throws SQLException {
        record Applied(int version, String checksum) {}
        Map<Integer, String> applied = new HashMap<>();
        String sql = "SELECT version, checksum FROM " + clickHouse.database() + '.' + APPLIED
                + " ORDER BY version, applied_at";
        for (Applied row : clickHouse.query(sql, row -> new Applied(row.getInt(1), row.getString(2)))) {
            applied.putIfAbsent(row.version(), row.checksum());
        }
        return applied;
    }

    /// A migration that is applied in the database has another text in this jar, so it is unsafe to apply further
    /// migrations.
    public static final class ChangedException extends Exception {
        private static final long serialVersionUID = 1L;

        ChangedException(Migration migration) {
            super("V%03d__%s was changed after it had been applied; put the old text back and add a new migration"
                    .formatted(
                            migration.version(), migration.name()));
        }
    }
}
