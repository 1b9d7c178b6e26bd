package com.fanfinity.analytics.sink;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;

import com.clickhouse.client.api.insert.InsertSettings;
import org.apache.kafka.common.TopicPartition;

import com.fanfinity.analytics.clickhouse.ClickHouse;
import com.fanfinity.analytics.clickhouse.SqlText;
import com.fanfinity.analytics.rows.Row;
import com.fanfinity.analytics.rows.Table;

/// A copy of a table that checks rows as the table does, and stores nothing: it has the same columns, defaults and
/// constraints, and the engine Null. It has no materialized views.
///
/// A partition has one owner, so its trial table has a fixed name. A process that dies leaves at most one behind, which
/// the next trial replaces.
final class TrialTable implements AutoCloseable {

    private final ClickHouse clickHouse;
    private final Table table;
    private final int partition;
    private final String name;
    private OptionalInt tableError = OptionalInt.empty();

    TrialTable(ClickHouse clickHouse, Table table, TopicPartition source) throws SQLException {
        this.clickHouse = clickHouse;
        this.table = table;
        this.partition = source.partition();
        this.name = "sink_trial_" + table.tableName() + '_' + partition;
        clickHouse.execute(
                "CREATE OR REPLACE TABLE %s AS %s ENGINE = Null".formatted(path(), table.in(clickHouse.database())));
    }

    private String path() {
        return clickHouse.database() + '.' + name;
    }

    /// Whether the table would accept all of the rows.
    boolean accepts(List<Row> rows) throws SQLException, InterruptedException {
        String columns = String.join(", ", table.columns());
        String target = "%s (%s) SELECT %s FROM input(%s)".formatted(path(), columns, columns,
                SqlText.quoted(table.structure()));
        InputStream bytes = new SequenceInputStream(
                Collections.enumeration(rows.stream().map(row -> new ByteArrayInputStream(row.rowBinary())).toList()));
        try {
            clickHouse.insert(target, bytes, new InsertSettings().serverSetting("async_insert", "0"));
            return true;
        } catch (ExecutionException e) {
            if (isRejection(e)) {
                return false;
            }
            throw new SQLException("ClickHouse did not try the rows", e.getCause());
        }
    }

    /// Whether the table would accept the newest row again that it has of the partition; if it has none, a row of
    /// defaults.
    boolean acceptsKnownRow() throws SQLException {
        String columns = String.join(", ", table.columns());
        String stored = " FROM " + table.in(clickHouse.database()) + " WHERE kafka_partition = " + partition;
        boolean any = clickHouse.query("SELECT count() FROM (SELECT 1" + stored + " LIMIT 1)", row -> row.getLong(1))
                .getFirst() > 0;
        try {
            clickHouse.execute(any
                    ? "INSERT INTO %s (%s) SELECT %s%s ORDER BY kafka_offset DESC LIMIT 1".formatted(path(), columns,
                            columns, stored)
                    : "INSERT INTO %s (kafka_partition) SELECT %d".formatted(path(), partition));
            return true;
        } catch (SQLException e) {
            if (isRejection(e)) {
                return false;
            }
            throw e;
        }
    }

    private boolean isRejection(Exception failure) {
        OptionalInt code = RowErrors.codeIn(failure);
        if (code.isPresent() && !RowErrors.isOfARow(code.getAsInt())) {
            tableError = code;
        }
        return code.isPresent();
    }

    /// The code of a rejection that no row of a right table causes; empty if there was none.
    OptionalInt tableError() {
        return tableError;
    }

    @Override
    public void close() throws SQLException {
        clickHouse.execute("DROP TABLE IF EXISTS " + path());
    }
}
