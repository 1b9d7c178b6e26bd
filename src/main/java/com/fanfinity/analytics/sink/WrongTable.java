package com.fanfinity.analytics.sink;

import java.sql.SQLException;
import java.util.Optional;

import com.fanfinity.analytics.clickhouse.ClickHouse;
import com.fanfinity.analytics.clickhouse.OperatorActionException;
import com.fanfinity.analytics.rows.Table;
import com.fanfinity.analytics.rows.TableStructure;

/// Names a table that an operator must repair.
final class WrongTable {

    private WrongTable() {}

    static OperatorActionException of(Table table, String fault) {
        return new OperatorActionException("the table " + table.tableName() + " is wrong: " + fault
                + ". Its rows wait, none is lost: see RUNBOOK.md, \"Rows are unstorable\"");
    }

    /// Finds the cause of a failure. ClickHouse has many errors for a wrong column, so after any error that it returns,
    /// this compares the columns.
    ///
    /// @return the failure itself, or one that names the table
    static Exception explain(ClickHouse clickHouse, Table table, Exception failure) {
        if (!RowErrors.isAnswer(failure)) {
            return failure;
        }
        try {
            Optional<String> fault = TableStructure.exists(clickHouse, table)
                    ? TableStructure.difference(clickHouse, table)
                    : Optional.empty(); // the failure names it already
            if (fault.isEmpty()) {
                return failure;
            }
            Exception wrong = of(table, fault.get());
            wrong.addSuppressed(failure); // the cause may also be another, such as a full disk
            return wrong;
        } catch (SQLException | RuntimeException _) {
            return failure; // the server is away
        }
    }
}
