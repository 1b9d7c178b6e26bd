package com.fanfinity.analytics.sink;

import java.sql.SQLException;
import java.time.Duration;
import java.util.OptionalLong;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.event.Backoff;
import com.fanfinity.analytics.event.DeadReason;
import com.fanfinity.analytics.event.EventRules;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.rows.Table;

/// Stores a batch in ClickHouse exactly once. It retries for as long as this sink owns the partition.
final class Delivery {
    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

    private final BatchWriter writer;
    private final StoredOffsets storedOffsets;
    private final Backoff backoff;
    private final Incident incident;
    private final InsertPermits permits;
    private final Meters meters;

    Delivery(BatchWriter writer, StoredOffsets storedOffsets, InsertPermits permits, Backoff backoff, Incident incident,
            Meters meters) {
        this.writer = writer;
        this.permits = permits;
        this.storedOffsets = storedOffsets;
        this.backoff = backoff;
        this.incident = incident;
        this.meters = meters;
        for (Table table : Table.values()) {
            meters.sink().storing(table.tableName());
        }
    }

    /// How the delivery of a batch ended.
    enum Result {
        STORED,
        /// ClickHouse no longer has the rows that it had before the batch.
        STORED_ROWS_LOST,
        /// Another sink has claimed the partition.
        SUPERSEDED,
        /// The ownership ended first.
        GIVEN_UP
    }

    private sealed interface InsertAttempt {
        record Sent(WriteOutcome outcome, Duration took) implements InsertAttempt {}

        /// Nothing was sent, and this delivery ends.
        record NotSent(Result why) implements InsertAttempt {}
    }

    /// Stores all rows of the batch, in the order of their offsets.
    ///
    /// An acknowledgement is proof unless ClickHouse may have known the token before: for the first batch of an
    /// ownership, for rows that were stored once, and after any failed attempt. Then this asks ClickHouse for the
    /// rows. If ClickHouse knows the token without the rows, the batch is sent with another token.
    ///
    /// After a failure ClickHouse may have lost rows: its disk lost unsynced data, or it was restored. So this first
    /// asks whether ClickHouse still has the rows that were stored before this batch.
    ///
    /// @param before the highest offset known to be stored; empty if none is
    Result deliver(Batch batch, OptionalLong before, PartitionOwnership ownership) throws InterruptedException {
        try {
            return store(batch, before, ownership.registerBatch(batch), ownership);
        } finally {
            incident.withdraw(ownership);
            ownership.setFailing(false);
        }
    }

    /// @param sentBefore whether ClickHouse may know the token, or that of another batch that held these rows
    private Result store(Batch batch, OptionalLong before, boolean sentBefore, PartitionOwnership ownership)
            throws InterruptedException {
        boolean doubtful = sentBefore;
        String token = batch.token();
        int failures = 0;
        while (true) {
            switch (attempt(batch, token, failures == 0 ? OptionalLong.empty() : before, ownership)) {
                case InsertAttempt.NotSent(Result why) -> {
                    return why;
                }
                case InsertAttempt.Sent(WriteOutcome.Superseded _, _) -> {
                    return Result.SUPERSEDED;
                }
                case InsertAttempt.Sent(WriteOutcome.Acknowledged _, Duration took) -> {
                    if (!doubtful || isStored(batch, ownership)) {
                        incident.resolve(ownership);
                        meters.sink().stored(batch.table().tableName(), batch.rows().size(), took);
                        return Result.STORED;
                    }
                    failures++;
                    token = replacementToken(batch, failures);
                }
                case InsertAttempt.Sent(WriteOutcome.Failed(Exception cause), _) -> {
                    doubtful = true;
                    recordFailure(batch, cause, ++failures, ownership);
                }
                case InsertAttempt.Sent(WriteOutcome.Rejected(int code, Exception cause), _) -> {
                    if (batch.rows().size() > 1) {
                        countFailure(batch);
                        return storeHalves(batch, before, doubtful, ownership);
                    }
                    if (batch.table() != Table.DEAD) {
                        countFailure(batch);
                        return store(toDeadLetter(batch, code), before, doubtful, ownership);
                    }
                    // A dead letter holds arbitrary bytes; if ClickHouse rejects even that, the table is wrong.
                    recordFailure(batch, cause, ++failures, ownership);
                }
            }
        }
    }

    /// The question for the stored rows can take long. The ownership is therefore checked after it, so that an ended
    /// one sends no insert that its successor must wait for.
    private InsertAttempt attempt(Batch batch, String token, OptionalLong before, PartitionOwnership ownership)
            throws InterruptedException {
        try (InsertPermits.Permit _ = permits.acquire()) {
            boolean rowsLost = hasLostRows(batch, before);
            if (ownership.hasEnded()) {
                return new InsertAttempt.NotSent(Result.GIVEN_UP);
            }
            if (rowsLost) {
                return new InsertAttempt.NotSent(Result.STORED_ROWS_LOST);
            }
            long start = System.nanoTime();
            WriteOutcome outcome = writer.insert(batch, token, ownership.id());
            return new InsertAttempt.Sent(outcome, Duration.ofNanos(System.nanoTime() - start));
        } catch (SQLException e) {
            return new InsertAttempt.Sent(new WriteOutcome.Failed(e), Duration.ZERO);
        }
    }

    /// The second half is sent once the first one is stored.
    private Result storeHalves(Batch batch, OptionalLong before, boolean sentBefore, PartitionOwnership ownership)
            throws InterruptedException {
        OptionalLong stored = before;
        for (Batch half : batch.halves()) {
            Result result = store(half, stored, sentBefore, ownership);
            if (result != Result.STORED) {
                return result;
            }
            stored = OptionalLong.of(half.last());
        }
        return Result.STORED;
    }

    private boolean hasLostRows(Batch batch, OptionalLong before) throws SQLException {
        if (before.isEmpty()) {
            return false;
        }
        try {
            OptionalLong now = storedOffsets.highest(batch.source());
            return now.isEmpty() || now.getAsLong() < before.getAsLong();
        } catch (RuntimeException e) {
            throw new SQLException("ClickHouse did not return its highest offset", e);
        }
    }

    private static String replacementToken(Batch batch, int failures) {
        LOG.atWarn().addKeyValue("token", batch.token())
                .log("ClickHouse knows the token but has no row of the batch; the sink sends it with another token");
        return batch.token() + "-again-" + failures;
    }

    /// The server's message may quote values of the row, so only its code is logged.
    private Batch toDeadLetter(Batch batch, int code) {
        LOG.atError().addKeyValue("table", batch.table().tableName()).addKeyValue("token", batch.token())
                .addKeyValue("matchId", EventRules.matchIdOf(batch.rows().getLast().record().key()))
                .addKeyValue("code", code).log("ClickHouse rejected a row; it is kept in dead_letters as unstorable");
        meters.deadLetters().deadLetter(DeadReason.UNSTORABLE);
        return batch.asDeadLetter("refused by ClickHouse for " + batch.table().tableName() + " with code " + code);
    }

    private void countFailure(Batch batch) {
        meters.sink().storeFailed(batch.table().tableName());
    }

    private void recordFailure(Batch batch, Exception cause, int failures, PartitionOwnership ownership)
            throws InterruptedException {
        countFailure(batch);
        backOff(cause, failures, ownership);
    }

    /// @return whether this sink still owns the partition
    private boolean backOff(Exception cause, int failures, PartitionOwnership ownership) throws InterruptedException {
        incident.recordFailure(ownership, cause);
        ownership.setFailing(true);
        return ownership.pause(backoff.after(failures));
    }

    /// Asks until ClickHouse answers. True also if the ownership ends first: the successor asks for itself.
    private boolean isStored(Batch batch, PartitionOwnership ownership) throws InterruptedException {
        for (int failures = 1; true; failures++) {
            try (InsertPermits.Permit _ = permits.acquire()) {
                return storedOffsets.containsRowsOf(batch);
            } catch (SQLException | RuntimeException e) {
                if (!backOff(e, failures, ownership)) {
                    return true;
                }
            }
        }
    }
}
