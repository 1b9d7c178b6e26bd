package com.fanfinity.analytics.sink;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

import org.apache.kafka.common.TopicPartition;

import com.fanfinity.analytics.clickhouse.Migrations;
import com.fanfinity.analytics.clickhouse.Schema;
import com.fanfinity.analytics.event.Backoff;

/// Finds where to start with a partition, for as long as it takes.
final class StartOffsetResolver {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final Schema schema;
    private final HighWaterMark highWaterMark;
    private final Backoff backoff;
    private final Incident incident;
    private final InsertPermits slots;

    StartOffsetResolver(Schema schema, HighWaterMark highWaterMark, InsertPermits slots, Backoff backoff, Incident incident) {
        this.schema = schema;
        this.highWaterMark = highWaterMark;
        this.slots = slots;
        this.backoff = backoff;
        this.incident = incident;
    }

    /// How far ClickHouse has come.
    ///
    /// @param mark the highest offset stored; empty if nothing is yet
    /// @param database the identity of the database, another one after it was restored or made anew under the same name
    record Located(OptionalLong mark, String database) {}

    /// How far it has come once no insert of a predecessor can change it any more; empty if the tenure ended first.
    Optional<Located> locate(TopicPartition partition, PartitionOwnership tenure) throws InterruptedException {
        try {
            return search(partition, tenure);
        } finally {
            incident.left(tenure);
        }
    }

    private Optional<Located> search(TopicPartition partition, PartitionOwnership tenure) throws InterruptedException {
        int failures = 0;
        while (!tenure.isOver()) {
            try {
                Optional<Located> located = look(partition);
                incident.isOver(tenure);
                if (located.isPresent()) {
                    return located;
                }
                tenure.pause(LOOK_AGAIN);
            } catch (SQLException | Migrations.ChangedException | RuntimeException e) {
                incident.goesOn(tenure, e);
                tenure.pause(backoff.after(++failures));
            }
        }
        return Optional.empty();
    }

    /// Empty while an insert of a predecessor is under way.
    private Optional<Located> look(TopicPartition partition) throws SQLException, Migrations.ChangedException, InterruptedException {
        try (InsertPermits.Slot _ = slots.take()) {
            schema.ensure();
            return highWaterMark.inMotion(partition)
                    ? Optional.empty()
                    : Optional.of(new Located(highWaterMark.of(partition), highWaterMark.database()));
        }
    }
}
