package com.fanfinity.analytics.sink;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.event.DeadReason;
import com.fanfinity.analytics.event.EventRules;
import com.fanfinity.analytics.ops.Meters;

/// Gets a batch into ClickHouse exactly once, for as long as it takes and the partition is ours.
final class Delivery {
    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final BatchWriter writer;
    private final HighWaterMark highWaterMark;
    private final Backoff backoff;
    private final Incident incident;
    private final Slots slots;
    private final Meters meters;

    Delivery(BatchWriter writer, HighWaterMark highWaterMark, Slots slots, Backoff backoff, Incident incident, Meters meters) {
        this.writer = writer;
        this.slots = slots;
        this.highWaterMark = highWaterMark;
        this.backoff = backoff;
        this.incident = incident;
        this.meters = meters;
        for (Table table : Table.values()) {
            meters.storing(table.tableName());
        }
    }

    /// Stores all rows of the batch, in the order of their offsets.
    ///
    /// An acknowledgement is taken at its word unless the token may have been seen before (the first batch of a tenure, rows that were stored
    /// once, or a try with an unknown outcome): then the rows are looked for. A token that ClickHouse knows without the rows is replaced.
    ///
    /// After a failure ClickHouse may not be what it was: it came back with a disk that lost what was not synced, or was restored. So it is
    /// asked first whether it still has what was stored before this batch.
    ///
    /// @param before the highest offset known to be stored; empty if none is
    /// @return whether it is stored; if not, the tenure is over, or else ClickHouse has lost rows
    boolean deliver(Batch batch, OptionalLong before, Tenure tenure, Pulse pulse) throws InterruptedException {
        try {
            return store(batch, before, tenure, pulse);
        } finally {
            incident.left(tenure);
            tenure.inTrouble(false);
        }
    }

    private boolean store(Batch batch, OptionalLong before, Tenure tenure, Pulse pulse) throws InterruptedException {
        boolean doubtful = tenure.mayHaveBeenSent(batch);
        String token = batch.token();
        int failures = 0;
        while (awaitFresh(tenure, pulse)) {
            Optional<WriteOutcome> outcome;
            Duration took;
            try (Slots.Slot _ = slots.take()) {
                if (tenure.isOver() || !pulse.isFresh()) {
                    continue;
                }
                long start = System.nanoTime();
                outcome = failures == 0 ? Optional.of(writer.insert(batch, token)) : insertUnlessLost(batch, token, before);
                took = Duration.ofNanos(System.nanoTime() - start);
            }
            if (outcome.isEmpty()) {
                return false;
            }
            switch (outcome.get()) {
                case WriteOutcome.Acknowledged _ -> {
                    if (!doubtful || holds(batch, tenure)) {
                        incident.isOver(tenure);
                        meters.stored(batch.table().tableName(), batch.rows().size(), took);
                        return true;
                    }
                    failures++;
                    token = batch.token() + "-again-" + failures;
                    LOG.atWarn().addKeyValue("token", batch.token())
                            .log("ClickHouse knows the token but has no row of it; sent with another");
                }
                case WriteOutcome.Retryable(Exception cause) -> failed(batch, cause, ++failures, tenure);
                case WriteOutcome.Unknown(Exception cause) -> {
                    doubtful = true;
                    failed(batch, cause, ++failures, tenure);
                }
                case WriteOutcome.Poison(int code, Exception cause) -> {
                    meters.storeFailed(batch.table().tableName());
                    if (batch.rows().size() > 1) {
                        return storeHalves(batch, before, tenure, pulse);
                    }
                    if (batch.table() != Table.DEAD) {
                        return store(park(batch, code), before, tenure, pulse);
                    }
                    // A dead letter is bytes; if even that is refused, the table is wrong, not the row.
                    failed(batch, cause, ++failures, tenure);
                }
            }
        }
        return false;
    }

    /// @return empty if ClickHouse has lost what it had before the batch: then nothing was sent
    private Optional<WriteOutcome> insertUnlessLost(Batch batch, String token, OptionalLong before) throws InterruptedException {
        try {
            if (hasLost(batch, before)) {
                return Optional.empty();
            }
        } catch (SQLException | RuntimeException e) {
            return Optional.of(new WriteOutcome.Retryable(e));
        }
        return Optional.of(writer.insert(batch, token));
    }

    private boolean storeHalves(Batch batch, OptionalLong before, Tenure tenure, Pulse pulse) throws InterruptedException {
        for (Batch half : batch.halves()) {
            if (!store(half, before, tenure, pulse)) {
                return false;
            }
        }
        return true;
    }

    private boolean hasLost(Batch batch, OptionalLong before) throws SQLException {
        if (before.isEmpty()) {
            return false;
        }
        OptionalLong now = highWaterMark.of(batch.source());
        return now.isEmpty() || now.getAsLong() < before.getAsLong();
    }

    /// What the server says may hold the row's values, so only its code is logged.
    private Batch park(Batch batch, int code) {
        LOG.atError().addKeyValue("table", batch.table().tableName()).addKeyValue("token", batch.token())
                .addKeyValue("matchId", EventRules.matchIdOf(batch.rows().getLast().record().key())).addKeyValue("code", code)
                .log("ClickHouse refuses a row; it is kept in dead_letters as unstorable");
        meters.deadLetter(DeadReason.UNSTORABLE);
        return batch.parked("refused by ClickHouse for " + batch.table().tableName() + " with code " + code);
    }

    private void failed(Batch batch, Exception cause, int failures, Tenure tenure) throws InterruptedException {
        meters.storeFailed(batch.table().tableName());
        waitAfter(cause, failures, tenure);
    }

    private boolean waitAfter(Exception cause, int failures, Tenure tenure) throws InterruptedException {
        incident.goesOn(tenure, cause);
        tenure.inTrouble(true);
        return tenure.pause(backoff.after(failures));
    }

    private boolean holds(Batch batch, Tenure tenure) throws InterruptedException {
        for (int failures = 1; true; failures++) {
            try (Slots.Slot _ = slots.take()) {
                return highWaterMark.holds(batch);
            } catch (SQLException | RuntimeException e) {
                if (!waitAfter(e, failures, tenure)) {
                    // Nobody asks for the answer any more: the successor looks for itself.
                    return true;
                }
            }
        }
    }

    private static boolean awaitFresh(Tenure tenure, Pulse pulse) throws InterruptedException {
        while (!tenure.isOver()) {
            if (pulse.isFresh()) {
                return true;
            }
            tenure.pause(LOOK_AGAIN);
        }
        return false;
    }
}
