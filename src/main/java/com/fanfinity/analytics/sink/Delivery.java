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

/// Gets a batch into ClickHouse exactly once, for as long as it takes and the partition is ours.
final class Delivery {
    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final BatchWriter writer;
    private final HighWaterMark highWaterMark;
    private final Backoff backoff;
    private final Incident incident;
    private final InsertPermits slots;
    private final Meters meters;

    Delivery(BatchWriter writer, HighWaterMark highWaterMark, InsertPermits slots, Backoff backoff, Incident incident, Meters meters) {
        this.writer = writer;
        this.slots = slots;
        this.highWaterMark = highWaterMark;
        this.backoff = backoff;
        this.incident = incident;
        this.meters = meters;
        for (Table table : Table.values()) {
            meters.sink().storing(table.tableName());
        }
    }

    private sealed interface Try {
        record Made(WriteOutcome outcome, Duration took) implements Try {}

        /// Meanwhile the partition may be another's: nothing was sent.
        record NotOurs() implements Try {}

        /// ClickHouse no longer has what it had before the batch: nothing was sent.
        record RowsAreGone() implements Try {}
    }

    /// Stores all rows of the batch, in the order of their offsets.
    ///
    /// An acknowledgement is taken at its word unless the token may have been seen before (the first batch of a tenure, rows that were stored
    /// once, or a try that failed, however): then the rows are looked for. A token that ClickHouse knows without the rows is replaced.
    ///
    /// After a failure ClickHouse may not be what it was: it came back with a disk that lost what was not synced, or was restored. So it is
    /// asked first whether it still has what was stored before this batch.
    ///
    /// @param before the highest offset known to be stored; empty if none is
    /// @return whether it is stored; if not, the tenure is over, or else ClickHouse has lost rows
    boolean deliver(Batch batch, OptionalLong before, PartitionOwnership tenure, MembershipCheck pulse) throws InterruptedException {
        try {
            return store(batch, before, tenure.mayHaveBeenSent(batch), tenure, pulse);
        } finally {
            incident.left(tenure);
            tenure.inTrouble(false);
        }
    }

    /// @param sentBefore whether ClickHouse may have seen the token, or that of a batch that held these rows
    private boolean store(Batch batch, OptionalLong before, boolean sentBefore, PartitionOwnership tenure, MembershipCheck pulse)
            throws InterruptedException {
        boolean doubtful = sentBefore;
        String token = batch.token();
        int failures = 0;
        while (awaitFresh(tenure, pulse)) {
            switch (attempt(batch, token, failures == 0 ? OptionalLong.empty() : before, tenure, pulse)) {
                case Try.NotOurs _ -> {
                    // What is known of the tenure is waited for.
                }
                case Try.RowsAreGone _ -> {
                    return false;
                }
                case Try.Made(WriteOutcome.Acknowledged _, Duration took) -> {
                    if (!doubtful || holds(batch, tenure)) {
                        incident.isOver(tenure);
                        meters.sink().stored(batch.table().tableName(), batch.rows().size(), took);
                        return true;
                    }
                    failures++;
                    token = batch.token() + "-again-" + failures;
                    LOG.atWarn().addKeyValue("token", batch.token())
                            .log("ClickHouse knows the token but has no row of it; sent with another");
                }
                case Try.Made(WriteOutcome.Failed(Exception cause), _) -> {
                    doubtful = true;
                    failed(batch, cause, ++failures, tenure);
                }
                case Try.Made(WriteOutcome.Poison(int code, Exception cause), _) -> {
                    meters.sink().storeFailed(batch.table().tableName());
                    if (batch.rows().size() > 1) {
                        return storeHalves(batch, before, doubtful, tenure, pulse);
                    }
                    if (batch.table() != Table.DEAD) {
                        return store(park(batch, code), before, doubtful, tenure, pulse);
                    }
                    // A dead letter is bytes; if even that is refused, the table is wrong, not the row.
                    failed(batch, cause, ++failures, tenure);
                }
            }
        }
        return false;
    }

    /// Asking for what lay before can take long, so whose the partition is, is looked at after it: at the last moment before the insert.
    private Try attempt(Batch batch, String token, OptionalLong before, PartitionOwnership tenure, MembershipCheck pulse)
            throws InterruptedException {
        try (InsertPermits.Slot _ = slots.take()) {
            if (hasLost(batch, before)) {
                return new Try.RowsAreGone();
            }
            if (tenure.isOver() || !pulse.isFresh()) {
                return new Try.NotOurs();
            }
            long start = System.nanoTime();
            WriteOutcome outcome = writer.insert(batch, token);
            return new Try.Made(outcome, Duration.ofNanos(System.nanoTime() - start));
        } catch (SQLException e) {
            return new Try.Made(new WriteOutcome.Failed(e), Duration.ZERO);
        }
    }

    /// Once the first half is stored, the second one is sent behind it.
    private boolean storeHalves(Batch batch, OptionalLong before, boolean sentBefore, PartitionOwnership tenure, MembershipCheck pulse)
            throws InterruptedException {
        OptionalLong behind = before;
        for (Batch half : batch.halves()) {
            if (!store(half, behind, sentBefore, tenure, pulse)) {
                return false;
            }
            behind = OptionalLong.of(half.last());
        }
        return true;
    }

    private boolean hasLost(Batch batch, OptionalLong before) throws SQLException {
        if (before.isEmpty()) {
            return false;
        }
        try {
            OptionalLong now = highWaterMark.of(batch.source());
            return now.isEmpty() || now.getAsLong() < before.getAsLong();
        } catch (RuntimeException e) {
            throw new SQLException("ClickHouse does not tell what it has", e);
        }
    }

    /// What the server says may hold the row's values, so only its code is logged.
    private Batch park(Batch batch, int code) {
        LOG.atError().addKeyValue("table", batch.table().tableName()).addKeyValue("token", batch.token())
                .addKeyValue("matchId", EventRules.matchIdOf(batch.rows().getLast().record().key())).addKeyValue("code", code)
                .log("ClickHouse refuses a row; it is kept in dead_letters as unstorable");
        meters.deadLetters().deadLetter(DeadReason.UNSTORABLE);
        return batch.parked("refused by ClickHouse for " + batch.table().tableName() + " with code " + code);
    }

    private void failed(Batch batch, Exception cause, int failures, PartitionOwnership tenure) throws InterruptedException {
        meters.sink().storeFailed(batch.table().tableName());
        waitAfter(cause, failures, tenure);
    }

    private boolean waitAfter(Exception cause, int failures, PartitionOwnership tenure) throws InterruptedException {
        incident.goesOn(tenure, cause);
        tenure.inTrouble(true);
        return tenure.pause(backoff.after(failures));
    }

    private boolean holds(Batch batch, PartitionOwnership tenure) throws InterruptedException {
        for (int failures = 1; true; failures++) {
            try (InsertPermits.Slot _ = slots.take()) {
                return highWaterMark.holds(batch);
            } catch (SQLException | RuntimeException e) {
                if (!waitAfter(e, failures, tenure)) {
                    // Nobody asks for the answer any more: the successor looks for itself.
                    return true;
                }
            }
        }
    }

    private static boolean awaitFresh(PartitionOwnership tenure, MembershipCheck pulse) throws InterruptedException {
        while (!tenure.isOver()) {
            if (pulse.isFresh()) {
                return true;
            }
            tenure.pause(LOOK_AGAIN);
        }
        return false;
    }
}
