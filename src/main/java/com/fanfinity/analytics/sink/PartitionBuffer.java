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

import com.fanfinity.analytics.rows.Row;

/// One assignment of a partition: its rows that are not stored yet, and how far reading and storing have come. Used
/// by the poll thread alone.
///
/// At most one batch is in flight. Rows are therefore stored in the order of their offsets, and the highest stored
/// offset means "everything up to here".
final class PartitionBuffer {

    /// Where the partition is between assignment and reading.
    sealed interface Phase {
        /// The start is not known yet; nothing is read.
        record Locating() implements Phase {}

        record Reading() implements Phase {}

        /// Nothing is read until an operator has acted.
        record Held(String reason, long sinceNanos) implements Phase {}
    }

    private final TopicPartition partition;
    private final PartitionOwnership ownership = new PartitionOwnership();
    private final ArrayDeque<Row> waiting = new ArrayDeque<>();
    private Phase phase = new Phase.Locating();
    private OptionalLong highWaterMark = OptionalLong.empty();
    private String databaseId = "";
    private String topicId = "";
    private OptionalLong logEnd = OptionalLong.empty();
    private long position;
    private long waitingBytes;
    private long oldestNanos;
    private long newestNanos;
    private long caughtUpAtMillis;
    private @Nullable Batch inFlight;
    private long inFlightBytes;
    private @Nullable Future<?> task;

    /// @param nowMillis when the partition was assigned to this sink
    PartitionBuffer(TopicPartition partition, long nowMillis) {
        this.partition = partition;
        this.caughtUpAtMillis = nowMillis;
    }

    TopicPartition partition() {
        return partition;
    }

    PartitionOwnership ownership() {
        return ownership;
    }

    Phase phase() {
        return phase;
    }

    boolean isLocating() {
        return phase instanceof Phase.Locating;
    }

    boolean isReading() {
        return phase instanceof Phase.Reading;
    }

    /// Whether the last attempt to store the batch in flight failed.
    boolean isFailing() {
        return ownership.isFailing();
    }

    /// @param background the partition's latest background task
    void setTask(Future<?> background) {
        task = background;
    }

    Optional<Future<?>> task() {
        return Optional.ofNullable(task);
    }

    void hold(String reason, long nowNanos) {
        phase = new Phase.Held(reason, nowNanos);
    }

    /// @param topic the id of the topic
    void startReading(long from, StartOffsetResolver.StoredPosition stored, String topic) {
        phase = new Phase.Reading();
        position = from;
        highWaterMark = stored.highest();
        databaseId = stored.databaseId();
        topicId = topic;
    }

    /// The identity of the database that stores the rows; empty before {@link #startReading}.
    String databaseId() {
        return databaseId;
    }

    /// The id of the topic that is read; empty before {@link #startReading}.
    String topicId() {
        return topicId;
    }

    void add(Row row, long nowNanos) {
        if (waiting.isEmpty()) {
            oldestNanos = nowNanos;
        }
        newestNanos = nowNanos;
        waiting.add(row);
        waitingBytes += row.size();
    }

    /// When the newest row was added; undefined before the first one.
    long newestNanos() {
        return newestNanos;
    }

    /// @param nextOffset the consumer's position
    /// @param end the end of the log, if known
    void updatePosition(long nextOffset, OptionalLong end) {
        position = nextOffset;
        if (end.isPresent()) {
            logEnd = end;
        }
    }

    /// Whether the next batch should be sent: none is in flight, and it is full, old enough, or wanted immediately.
    boolean isDue(Batch.Limits limits, Duration age, long nowNanos, boolean immediately) {
        return inFlight == null && !waiting.isEmpty()
                && (immediately || waiting.size() >= limits.rows() || waitingBytes >= limits.bytes()
                        || nowNanos - oldestNanos >= age.toNanos());
    }

    /// Removes the oldest waiting rows as a batch, which is then in flight.
    Batch drainBatch(Batch.Limits limits) {
        List<Row> rows = new ArrayList<>();
        long bytes = 0;
        for (int count = Batch.countOfFirst(waiting, limits); count > 0; count--) {
            Row row = waiting.remove();
            bytes += row.size();
            rows.add(row);
        }
        waitingBytes -= bytes;
        inFlightBytes = bytes;
        Batch batch = Batch.of(partition, rows);
        inFlight = batch;
        return batch;
    }

    /// The batch is stored.
    void completeBatch(Batch batch) {
        highWaterMark = OptionalLong.of(batch.last());
        caughtUpAtMillis = Math.max(caughtUpAtMillis, batch.rows().getLast().record().timestamp());
        inFlight = null;
        inFlightBytes = 0;
    }

    boolean isIdle() {
        return waiting.isEmpty() && inFlight == null;
    }

    /// Memory of the rows.
    long bytes() {
        return waitingBytes + inFlightBytes;
    }

    /// One more than the last offset whose record is stored or has nothing to store.
    long storedUpTo() {
        if (inFlight != null) {
            return inFlight.first();
        }
        return waiting.isEmpty() ? position : waiting.element().offset();
    }

    /// Updates the time at which the sink had last caught up.
    ///
    /// @return for how long, in milliseconds, the oldest record that is not stored has waited; 0 if all are stored. A
    ///     record that has not been read is no older than the last stored one, and came after the sink had last
    ///     caught up.
    long updateLagMillis(long nowMillis) {
        if (isReading() && isIdle() && logEnd.isPresent() && position >= logEnd.getAsLong()) {
            caughtUpAtMillis = nowMillis;
            return 0;
        }
        long oldest = inFlight != null
                ? inFlight.rows().getFirst().record().timestamp()
                : waiting.isEmpty() ? caughtUpAtMillis : waiting.element().record().timestamp();
        return Math.max(0, nowMillis - oldest);
    }

    SinkStatus.Partition status() {
        OptionalLong lag = isReading() && logEnd.isPresent()
                ? OptionalLong.of(Math.max(0, logEnd.getAsLong() - storedUpTo()))
                : OptionalLong.empty();
        return new SinkStatus.Partition(highWaterMark, logEnd, lag,
                phase instanceof Phase.Held(String reason, _) ? Optional.of(reason) : Optional.empty());
    }
}
