package com.fanfinity.analytics.sink;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.kafka.common.TopicPartition;

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
final class RejectionJudge implements Delivery.Judge {

    /// So often a body may be cut off on its way. A view that fails causes the same error each time.
    private static final int MOST_CUTS = 10;

    private final ClickHouse clickHouse;
    private final StoredOffsets storedOffsets;
    private final ParkingLimit limit;
    /// One trial at a time, so that trials leave ClickHouse free for the inserts of other tables.
    private final ReentrantLock trials = new ReentrantLock();
    private final Map<TopicPartition, Cuts> cuts = new HashMap<>();

    /// How often in a row an insert of a batch ended too early.
    private record Cuts(String token, int times) {}

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
    @Override
    public Verdict judge(Batch batch, int code) throws InterruptedException {
        trials.lockInterruptibly();
        try {
            Optional<String> fault = TableStructure.difference(clickHouse, batch.table());
            if (fault.isPresent()) {
                return wrong(batch, fault.get());
            }
            return RowErrors.isOfARow(code) ? tryRows(batch, code) : tryTable(batch, code);
        } catch (SQLException | RuntimeException e) {
            return new Verdict.Keep(e);
        } finally {
            trials.unlock();
        }
    }

    @Override
    public Exception explain(Batch batch, Exception failure) {
        return WrongTable.explain(clickHouse, batch.table(), failure);
    }

    /// After an error that no row of a right table causes. So no row is parked.
    private Verdict tryTable(Batch batch, int code) throws SQLException, InterruptedException {
        try (TrialTable trial = new TrialTable(clickHouse, batch.table(), batch.source())) {
            if (!trial.accepts(batch.rows())) {
                return wrong(batch, rejectedBy(trial, code));
            }
        }
        return RowErrors.isOfACutRow(code) && countCut(batch) <= MOST_CUTS
                ? new Verdict.Keep(new SQLException("an insert ended too early (code " + code + ")"))
                : wrong(batch, failingView(code));
    }

    private int countCut(Batch batch) {
        Cuts before = cuts.get(batch.source());
        int times = before != null && before.token().equals(batch.token()) ? before.times() + 1 : 1;
        cuts.put(batch.source(), new Cuts(batch.token(), times));
        return times;
    }

    private static String rejectedBy(TrialTable trial, int code) {
        return "it rejects rows with code " + trial.tableError().orElse(code)
                + ", which no row of a right table causes";
    }

    private static String failingView(int code) {
        return "an insert fails with code " + code
                + ", but a copy of the table accepts the rows; look for a materialized view";
    }

    private Verdict tryRows(Batch batch, int code) throws SQLException, InterruptedException {
        if (batch.table() == Table.DEAD) {
            return wrong(batch, "it rejects a dead letter with code " + code + ", although its columns hold any bytes");
        }
        List<Row> rows = batch.rows();
        Set<Long> rejected;
        try (TrialTable trial = new TrialTable(clickHouse, batch.table(), batch.source())) {
            rejected = rejected(rows, trial);
            if (trial.tableError().isPresent()) {
                return wrong(batch, rejectedBy(trial, code));
            }
            if (rejected.size() == rows.size() && !trial.acceptsKnownRow()) {
                return wrong(batch, "it rejects every row with code " + code + ", also one that it has stored before");
            }
        }
        if (rejected.isEmpty() || storedOffsets.containsRowsOf(batch)) {
            return wrong(batch, failingView(code));
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
        return new Verdict.Keep(WrongTable.of(batch.table(), fault));
    }

    /// Finds rejected rows by halving. Stops above the limit, and at an error that shows that the table is wrong.
    private static Set<Long> rejected(List<Row> rows, TrialTable trial) throws SQLException, InterruptedException {
        Set<Long> found = new HashSet<>();
        List<List<Row>> open = new ArrayList<>(List.of(rows));
        while (!open.isEmpty() && found.size() <= ParkingLimit.ROWS && trial.tableError().isEmpty()) {
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
