package com.fanfinity.analytics.sink;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Future;

import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// What the sink knows of one partition while it has it. Used by the poll thread alone.
///
/// At most one batch is under way: rows are stored in the order of their offsets, so that the highest offset stored means "all up to here".
final class PartitionBuffer {

    sealed interface State {
        /// ClickHouse is being asked where to start; nothing is read.
        record Locating() implements State {}

        record Reading() implements State {}

        /// Nothing is read until somebody has acted.
        record Held(String reason, long sinceNanos) implements State {}
    }

    private final TopicPartition partition;
    private final PartitionOwnership tenure = new PartitionOwnership();
    private final ArrayDeque<Row> waiting = new ArrayDeque<>();
    private State state = new State.Locating();
    private OptionalLong mark = OptionalLong.empty();
    private String database = "";
    private OptionalLong logEnd = OptionalLong.empty();
    private long position;
    private long waitingBytes;
    private long oldestNanos;
    private long caughtUpAtMillis;
    private @Nullable Batch underWay;
    private long underWayBytes;
    private @Nullable Future<?> work;

    /// @param nowMillis when the partition was given to this sink
    PartitionBuffer(TopicPartition partition, long nowMillis) {
        this.partition = partition;
        this.caughtUpAtMillis = nowMillis;
    }

    TopicPartition partition() {
        return partition;
    }

    PartitionOwnership tenure() {
        return tenure;
    }

    State state() {
        return state;
    }

    boolean isReading() {
        return state instanceof State.Reading;
    }

    /// Whether the rows taken last could not be stored yet.
    boolean isInTrouble() {
        return tenure.isInTrouble();
    }

    /// What runs for the lane outside of the poll thread.
    void working(Future<?> future) {
        work = future;
    }

    Optional<Future<?>> work() {
        return Optional.ofNullable(work);
    }

    boolean isLocating() {
        return state instanceof State.Locating;
    }

    void held(String reason, long nowNanos) {
        state = new State.Held(reason, nowNanos);
    }

    void reading(long from, StartOffsetResolver.Located located) {
        state = new State.Reading();
        position = from;
        mark = located.mark();
        database = located.database();
    }

    /// The identity of the database that the rows go to; empty before {@link #reading}.
    String database() {
        return database;
    }

    void add(Row row, long nowNanos) {
        if (waiting.isEmpty()) {
            oldestNanos = nowNanos;
        }
        waiting.add(row);
        waitingBytes += row.size();
    }

    /// Where the consumer stands, and the end of the log if known.
    void read(long nextOffset, OptionalLong end) {
        position = nextOffset;
        if (end.isPresent()) {
            logEnd = end;
        }
    }

    /// Whether the next batch should go: nothing is under way, and it is full, old enough or pressed for.
    boolean isDue(Batch.Limits limits, Duration age, long nowNanos, boolean pressed) {
        return underWay == null && !waiting.isEmpty()
                && (pressed || waiting.size() >= limits.rows() || waitingBytes >= limits.bytes()
                        || nowNanos - oldestNanos >= age.toNanos());
    }

    Batch take(Batch.Limits limits) {
        List<Row> rows = new ArrayList<>();
        long bytes = 0;
        for (int count = Batch.countOfFirst(waiting, limits); count > 0; count--) {
            Row row = waiting.remove();
            bytes += row.size();
            rows.add(row);
        }
        waitingBytes -= bytes;
        underWayBytes = bytes;
        Batch batch = Batch.of(partition, rows, rows.size());
        underWay = batch;
        return batch;
    }

    void delivered(Batch batch) {
        mark = OptionalLong.of(batch.last());
        caughtUpAtMillis = Math.max(caughtUpAtMillis, batch.rows().getLast().record().timestamp());
        underWay = null;
        underWayBytes = 0;
    }

    boolean isIdle() {
        return waiting.isEmpty() && underWay == null;
    }

    /// Bytes of memory held.
    long size() {
        return waitingBytes + underWayBytes;
    }

    /// One more than the last offset that is stored or has nothing to store.
    long storedUpTo() {
        if (underWay != null) {
            return underWay.first();
        }
        return waiting.isEmpty() ? position : waiting.element().offset();
    }

    /// For how long, in milliseconds, the oldest record that is not stored has waited; 0 if all are. Of records that have not been read it
    /// is known only that they are not older than the last one stored, and that there were none when the sink had last caught up.
    long behindMillis(long nowMillis) {
        if (isReading() && isIdle() && logEnd.isPresent() && position >= logEnd.getAsLong()) {
            caughtUpAtMillis = nowMillis;
            return 0;
        }
        long oldest = underWay != null
                ? underWay.rows().getFirst().record().timestamp()
                : waiting.isEmpty() ? caughtUpAtMillis : waiting.element().record().timestamp();
        return Math.max(0, nowMillis - oldest);
    }

    SinkStatus.Partition status() {
        OptionalLong lag = isReading() && logEnd.isPresent()
                ? OptionalLong.of(Math.max(0, logEnd.getAsLong() - storedUpTo()))
                : OptionalLong.empty();
        return new SinkStatus.Partition(mark, logEnd, lag,
                state instanceof State.Held(String reason, _) ? Optional.of(reason) : Optional.empty());
    }
}
