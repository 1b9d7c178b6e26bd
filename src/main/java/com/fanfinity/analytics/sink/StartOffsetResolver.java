package com.fanfinity.analytics.sink;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

import org.apache.kafka.common.TopicPartition;

import com.fanfinity.analytics.clickhouse.Migrations;
import com.fanfinity.analytics.clickhouse.Schema;
import com.fanfinity.analytics.event.Backoff;

/// Claims a partition and asks ClickHouse how far it has stored it. Retries for as long as this sink owns the
/// partition.
final class StartOffsetResolver {
    private static final Duration RUNNING_INSERT_RECHECK = Duration.ofMillis(100);

    private final Schema schema;
    private final PartitionClaims claims;
    private final StoredOffsets storedOffsets;
    private final Backoff backoff;
    private final Incident incident;
    private final InsertPermits permits;

    StartOffsetResolver(Schema schema, PartitionClaims claims, StoredOffsets storedOffsets, InsertPermits permits,
            Backoff backoff, Incident incident) {
        this.schema = schema;
        this.claims = claims;
        this.storedOffsets = storedOffsets;
        this.permits = permits;
        this.backoff = backoff;
        this.incident = incident;
    }

    /// How far ClickHouse has stored a partition.
    ///
    /// @param databaseId identity of the database; it changes when the database is restored or recreated
    record StoredPosition(StoredOffsets.Stored stored, String databaseId) {

        /// The highest stored offset, or the one that an operator gave up; empty if there is none yet.
        OptionalLong highest() {
            return stored.highest();
        }
    }

    /// The position once no insert of a predecessor can change it any more; empty if the ownership ended first.
    Optional<StoredPosition> resolve(TopicPartition partition, PartitionOwnership ownership)
            throws InterruptedException {
        try {
            return resolveWithRetries(partition, ownership);
        } finally {
            incident.withdraw(ownership);
        }
    }

    private Optional<StoredPosition> resolveWithRetries(TopicPartition partition, PartitionOwnership ownership)
            throws InterruptedException {
        int failures = 0;
        boolean claimed = false;
        while (!ownership.hasEnded()) {
            try {
                if (!claimed) {
                    claim(partition, ownership);
                    claimed = true;
                }
                Optional<StoredPosition> position = readStoredPosition(partition);
                incident.resolve(ownership);
                if (position.isPresent()) {
                    return position;
                }
                ownership.pause(RUNNING_INSERT_RECHECK);
            } catch (SQLException | Migrations.ChangedException | RuntimeException e) {
                incident.recordFailure(ownership, claimed ? storedOffsets.explain(partition, e) : e);
                ownership.pause(backoff.after(++failures));
            }
        }
        return Optional.empty();
    }

    private void claim(TopicPartition partition, PartitionOwnership ownership)
            throws SQLException, Migrations.ChangedException, InterruptedException {
        try (InsertPermits.Permit _ = permits.acquire()) {
            schema.ensure();
            ownership.setClaim(claims.claim(partition, ownership.id()));
        }
    }

    /// Empty while an insert of a predecessor is running. No other can begin: see {@link PartitionClaims}.
    private Optional<StoredPosition> readStoredPosition(TopicPartition partition)
            throws SQLException, InterruptedException {
        try (InsertPermits.Permit _ = permits.acquire()) {
            return storedOffsets.hasRunningInsert(partition)
                    ? Optional.empty()
                    : Optional.of(new StoredPosition(storedOffsets.stored(partition), storedOffsets.databaseId()));
        }
    }
}
