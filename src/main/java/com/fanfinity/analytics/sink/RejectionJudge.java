package com.fanfinity.analytics.sink;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

import com.fanfinity.analytics.clickhouse.ClickHouse;
import com.fanfinity.analytics.clickhouse.OperatorActionException;
import com.fanfinity.analytics.rows.Row;
import com.fanfinity.analytics.rows.Table;
import com.fanfinity.analytics.rows.TableStructure;

/// Decides whether a rejected batch holds rows that can never be stored, or whether the table is wrong: an operator has
/// changed a column or added a constraint or a view. ClickHouse reports both with the same errors.
///
/// A row is at fault only if the table rejects it alone while it accepts another row, and if such rows are rare. In
/// every other case the rows are kept and sent again, so that a wrong table delays rows but parks none.
final class RejectionJudge {

    private final ClickHouse clickHouse;
    private final StoredOffsets storedOffsets;
    private final ParkingLimit limit;
    /// One trial at a time, so that trials leave ClickHouse free for the inserts of other tables.
    private final ReentrantLock trials = new ReentrantLock();

    sealed interface Verdict {
        /// The other rows of the batch can be stored.
        ///
        /// @param offsets of the rows that cannot
        record RowsAtFault(Set<Long> offsets) implements Verdict {}

        /// The batch must be sent again.
        ///
        /// @param reason an {@link OperatorActionException} if the table is wrong, else the failure of the trial
        record Keep(Exception reason) implements Verdict {}
    }

    RejectionJudge(ClickHouse clickHouse, StoredOffsets storedOffsets, ParkingLimit limit) {
        this.clickHouse = clickHouse;
        this.storedOffsets = storedOffsets;
        this.limit = limit;
    }

    /// @param code the error with which the table rejected the batch
    Verdict judge(Batch batch, int code) throws InterruptedException {
        trials.lockInterruptibly();
        try {
            Optional<String> fault = TableStructure.difference(clickHouse, batch.table());
            return fault.isPresent() ? wrong(batch, fault.get()) : tryRows(batch, code);
        } catch (SQLException | RuntimeException e) {
            return new Verdict.Keep(e);
        } finally {
            trials.unlock();
        }
    }

    private Verdict tryRows(Batch batch, int code) throws SQLException, InterruptedException {
        if (batch.table() == Table.DEAD) {
            return wrong(batch, "it rejects a dead letter with code " + code + ", although its columns hold any bytes");
        }
        List<Row> rows = batch.rows();
        Set<Long> rejected;
        try (TrialTable trial = new TrialTable(clickHouse, batch.table(), batch.source())) {
            rejected = rejected(rows, trial);
            if (rejected.size() == rows.size() && !trial.acceptsKnownRow()) {
                return wrong(batch, "it rejects every row with code " + code + ", also one that it has stored before");
            }
        }
        if (rejected.isEmpty() || storedOffsets.containsRowsOf(batch)) {
            return wrong(batch, "an insert fails with code " + code
                    + ", but a copy of the table accepts the rows; look for a materialized view");
        }
        if (rejected.size() > ParkingLimit.ROWS) {
            return wrong(batch, "it rejects more than " + ParkingLimit.ROWS + " rows of one batch with code " + code);
        }
        if (rows.size() == 1 && !limit.claim(batch.table())) {
            return wrong(batch, "it rejects more than " + ParkingLimit.ROWS + " rows in "
                    + ParkingLimit.WINDOW.toHours() + " h, this one with code " + code);
        }
        return new Verdict.RowsAtFault(rejected);
    }

    private static Verdict wrong(Batch batch, String fault) {
        return new Verdict.Keep(new OperatorActionException("the table " + batch.table().tableName() + " is wrong: "
                + fault + ". Its rows wait, none is lost: see RUNBOOK.md, \"Rows are unstorable\""));
    }

    /// Finds rejected rows by halving, and stops above the limit.
    private static Set<Long> rejected(List<Row> rows, TrialTable trial) throws SQLException, InterruptedException {
        Set<Long> found = new HashSet<>();
        List<List<Row>> open = new ArrayList<>(List.of(rows));
        while (!open.isEmpty() && found.size() <= ParkingLimit.ROWS) {
            List<Row> next = open.removeLast();
            if (trial.accepts(next)) {
                continue;
            }
            if (next.size() == 1) {
                found.add(next.getFirst().offset());
            } else {
                int middle = next.size() / 2;
                open.add(next.subList(middle, next.size()));
                open.add(next.subList(0, middle));
            }
        }
        return found;
    }
}
