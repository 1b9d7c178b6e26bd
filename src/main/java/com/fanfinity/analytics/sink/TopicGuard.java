package com.fanfinity.analytics.sink;

import java.sql.SQLException;
import java.util.Optional;

import org.apache.kafka.common.TopicPartition;

import com.fanfinity.analytics.event.Backoff;

/// Keeps the rows of a topic that was deleted and created again apart from the rows that are stored. It retries its
/// questions for as long as this sink owns the partition. Safe to use from any thread.
final class TopicGuard {

    private final TopicRegistry registry;
    private final Backoff backoff;
    private final Incident incident;

    TopicGuard(TopicRegistry registry, Backoff backoff, Incident incident) {
        this.registry = registry;
        this.backoff = backoff;
        this.incident = incident;
    }

    private interface Question<T> {
        T ask() throws SQLException, InterruptedException;
    }

    /// The identity of the topic of a partition that is about to start; empty if the ownership ended first.
    Optional<TopicIdentity> identify(TopicPartition partition, PartitionOwnership ownership)
            throws InterruptedException {
        return retry(() -> registry.identify(partition.topic()), ownership);
    }

    /// Whether the rows of a batch came from the topic with the given id. False also if the ownership ended first.
    ///
    /// @param readNanos when the batch's last record had been read, by {@link System#nanoTime}
    boolean isFrom(String id, Batch batch, long readNanos, PartitionOwnership ownership) throws InterruptedException {
        return retry(() -> registry.confirm(batch.source().topic(), id, readNanos), ownership).orElse(false);
    }

    /// From now on {@link StartPoint} holds the partition in this database.
    void recordTruncation(TopicPartition partition, PartitionOwnership ownership) throws InterruptedException {
        Optional<Boolean> _ = retry(() -> {
            registry.recordTruncation(partition);
            return true;
        }, ownership);
    }

    private <T> Optional<T> retry(Question<T> question, PartitionOwnership ownership) throws InterruptedException {
        try {
            for (int failures = 1; !ownership.hasEnded(); failures++) {
                try {
                    T answer = question.ask();
                    incident.resolve(ownership);
                    return Optional.of(answer);
                } catch (SQLException | RuntimeException e) {
                    incident.recordFailure(ownership, e);
                    ownership.pause(backoff.after(failures));
                }
            }
            return Optional.empty();
        } finally {
            incident.withdraw(ownership);
        }
    }
}
