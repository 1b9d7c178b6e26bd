package com.fanfinity.analytics.sink;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.clickhouse.OperatorActionException;
import com.fanfinity.analytics.event.Backoff;
import com.fanfinity.analytics.event.DeadReason;
import com.fanfinity.analytics.event.EventRules;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.rows.Table;

/// Stores a batch in ClickHouse exactly once. It retries for as long as this sink owns the partition.
final class Delivery {
    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

    /// The rows that ClickHouse has.
    interface StoredRows {

        /// The highest stored offset of a partition; empty if there is none.
        OptionalLong highest(TopicPartition partition) throws SQLException;

        /// Whether rows of the batch are stored.
        boolean containsRowsOf(Batch batch) throws SQLException;
    }

    private final BatchWriter writer;
    private final StoredRows stored;
    private final Judge judge;
    private final Backoff backoff;
    private final Incident incident;
    private final InsertPermits permits;
    private final Meters meters;

    Delivery(BatchWriter writer, StoredRows stored, Judge judge, InsertPermits permits, Backoff backoff,
            Incident incident, Meters meters) {
        this.writer = writer;
        this.permits = permits;
        this.stored = stored;
        this.judge = judge;
        this.backoff = backoff;
        this.incident = incident;
        this.meters = meters;
        for (Table table : Table.values()) {
            meters.sink().storing(table.tableName());
        }
    }

    /// Decides about a batch that ClickHouse has rejected: see {@link RejectionJudge}.
    interface Judge {
        RejectionJudge.Verdict judge(Batch batch, int code) throws InterruptedException;

        /// Finds the cause of another failure.
        ///
        /// @return the failure itself, or an {@link OperatorActionException} if the table is wrong
        default Exception explain(Batch batch, Exception failure) {
            return failure;
        }
    }

    /// How the delivery of a batch ended.
    enum Result {
        STORED,
        /// ClickHouse no longer has the rows that it had before the batch.
        STORED_ROWS_LOST,
        /// The claim on the partition no longer holds.
        SUPERSEDED,
        /// The ownership ended first. The rows may be stored or not.
        GIVEN_UP
    }

    private sealed interface InsertAttempt {
        record Sent(WriteOutcome outcome, Duration took) implements InsertAttempt {}

        /// Nothing was sent, and this delivery ends.
        record NotSent(Result why) implements InsertAttempt {}

        /// Nothing was sent, because an earlier attempt has stored the rows.
        record FoundStored() implements InsertAttempt {}
    }

    /// Stores all rows of the batch, in the order of their offsets.
    ///
    /// An acknowledgement is proof unless an attempt has failed before, so that ClickHouse may have known the token.
    /// Then this asks ClickHouse for the rows, before each further attempt and after its acknowledgement. If ClickHouse
    /// knows the token without the rows, the batch is sent with another token.
    ///
    /// After a failure ClickHouse may have lost rows: its disk lost unsynced data, or it was restored. So this first
    /// asks whether ClickHouse still has the rows that were stored before this batch.
    ///
    /// @param before the highest offset known to be stored; empty if none is
    Result deliver(Batch batch, OptionalLong before, PartitionOwnership ownership) throws InterruptedException {
        try {
            return store(batch, before, false, ownership);
        } finally {
            incident.withdraw(ownership);
            ownership.setFailing(false);
        }
    }

    /// @param failedBefore whether an attempt to store these rows, alone or with others, has an unknown outcome
    private Result store(Batch batch, OptionalLong before, boolean failedBefore, PartitionOwnership ownership)
            throws InterruptedException {
        boolean doubtful = failedBefore;
        boolean unanswered = failedBefore;
        String token = token(batch, ownership);
        int failures = 0;
        while (true) {
            switch (attempt(batch, token, failures == 0 ? OptionalLong.empty() : before, unanswered, ownership)) {
                case InsertAttempt.NotSent(Result why) -> {
                    return why;
                }
                case InsertAttempt.FoundStored _ -> {
                    return succeeded(batch, Duration.ZERO, ownership);
                }
                case InsertAttempt.Sent(WriteOutcome.Superseded _, _) -> {
                    return Result.SUPERSEDED;
                }
                case InsertAttempt.Sent(WriteOutcome.Acknowledged _, Duration took) -> {
                    Optional<Boolean> isStored = doubtful ? isStored(batch, ownership) : Optional.of(true);
                    if (isStored.isEmpty()) {
                        return Result.GIVEN_UP;
                    }
                    if (isStored.get()) {
                        return succeeded(batch, took, ownership);
                    }
                    failures++;
                    token = replacementToken(batch, ownership, failures);
                }
                case InsertAttempt.Sent(WriteOutcome.Failed(Exception cause), _) -> {
                    doubtful = true;
                    unanswered = true;
                    Exception reason = judge.explain(batch, cause);
                    if (!reason.equals(cause)) {
                        meters.sink().tableWrong(batch.table().tableName());
                    }
                    recordFailure(batch, reason, ++failures, ownership);
                }
                case InsertAttempt.Sent(WriteOutcome.Rejected(int code, _), _) -> {
                    switch (judge.judge(batch, code)) {
                        case RejectionJudge.Verdict.RowsAtFault(Set<Long> offsets) -> {
                            countFailure(batch);
                            return batch.rows().size() == 1
                                    ? store(toDeadLetter(batch, code), before, doubtful, ownership)
                                    : storeAll(batch.isolate(offsets), before, doubtful, ownership);
                        }
                        case RejectionJudge.Verdict.Keep(Exception reason) -> {
                            doubtful = true;
                            if (reason instanceof OperatorActionException) {
                                meters.sink().tableWrong(batch.table().tableName());
                            }
                            recordFailure(batch, reason, ++failures, ownership);
                        }
                    }
                }
            }
        }
    }

    private Result succeeded(Batch batch, Duration took, PartitionOwnership ownership) {
        incident.resolve(ownership);
        meters.sink().stored(batch.table().tableName(), batch.rows().size(), took);
        return Result.STORED;
    }

    /// The questions for the stored rows can take long. The ownership is therefore checked after them, so that an ended
    /// one sends no insert that its successor must wait for.
    ///
    /// @param unanswered whether an earlier attempt may have stored the rows without an answer. Then this looks for
    ///     them first: ClickHouse forgets a token after some thousand further inserts, and would store the rows a
    ///     second time. A rejection alone is no such attempt: a materialized view may fail after the rows are stored,
    ///     and must be reported until it is repaired
    private InsertAttempt attempt(Batch batch, String token, OptionalLong before, boolean unanswered,
            PartitionOwnership ownership) throws InterruptedException {
        try (InsertPermits.Permit _ = permits.acquire()) {
            boolean rowsLost = hasLostRows(batch, before);
            boolean found = unanswered && stored.containsRowsOf(batch);
            if (ownership.hasEnded()) {
                return new InsertAttempt.NotSent(Result.GIVEN_UP);
            }
            if (rowsLost) {
                return new InsertAttempt.NotSent(Result.STORED_ROWS_LOST);
            }
            if (found) {
                return new InsertAttempt.FoundStored();
            }
            long start = System.nanoTime();
            WriteOutcome outcome = writer.insert(batch, token, ownership.claim());
            return new InsertAttempt.Sent(outcome, Duration.ofNanos(System.nanoTime() - start));
        } catch (SQLException e) {
            return ownership.hasEnded()
                    ? new InsertAttempt.NotSent(Result.GIVEN_UP)
                    : new InsertAttempt.Sent(new WriteOutcome.Failed(e), Duration.ZERO);
        }
    }

    /// Each part is sent once the one before it is stored.
    private Result storeAll(List<Batch> parts, OptionalLong before, boolean failedBefore, PartitionOwnership ownership)
            throws InterruptedException {
        OptionalLong last = before;
        for (Batch part : parts) {
            Result result = store(part, last, failedBefore, ownership);
            if (result != Result.STORED) {
                return result;
            }
            last = OptionalLong.of(part.last());
        }
        return Result.STORED;
    }

    private boolean hasLostRows(Batch batch, OptionalLong before) throws SQLException {
        if (before.isEmpty()) {
            return false;
        }
        try {
            OptionalLong now = stored.highest(batch.source());
            return now.isEmpty() || now.getAsLong() < before.getAsLong();
        } catch (RuntimeException e) {
            throw new SQLException("ClickHouse did not return its highest offset", e);
        }
    }

    /// The owner is in the token, because ClickHouse can know the token of a predecessor without its rows: its disk
    /// lost unsynced data, or an operator deleted them. No insert of a predecessor arrives late: see {@link
    /// PartitionClaims}.
    private static String token(Batch batch, PartitionOwnership ownership) {
        return batch.token() + '-' + ownership.id();
    }

    private static String replacementToken(Batch batch, PartitionOwnership ownership, int failures) {
        String token = token(batch, ownership);
        LOG.atWarn().addKeyValue("token", token)
                .log("ClickHouse knows the token but has no row of the batch; the sink sends it with another token");
        return token + "-again-" + failures;
    }

    /// The server's message may quote values of the row, so only its code is logged.
    private Batch toDeadLetter(Batch batch, int code) {
        LOG.atError().addKeyValue("table", batch.table().tableName())
                .addKeyValue("partition", batch.source()).addKeyValue("offset", batch.last())
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

    /// Asks until ClickHouse answers. Empty if the ownership ends first: the successor asks for itself.
    private Optional<Boolean> isStored(Batch batch, PartitionOwnership ownership) throws InterruptedException {
        for (int failures = 1; true; failures++) {
            try (InsertPermits.Permit _ = permits.acquire()) {
                return Optional.of(stored.containsRowsOf(batch));
            } catch (SQLException | RuntimeException e) {
                if (!backOff(e, failures, ownership)) {
                    return Optional.empty();
                }
            }
        }
    }
}
