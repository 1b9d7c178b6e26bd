package com.fanfinity.analytics.sink;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

import org.apache.kafka.common.TopicPartition;

import com.fanfinity.analytics.clickhouse.Migrations;
import com.fanfinity.analytics.clickhouse.Schema;

/// Finds where to start with a partition, for as long as it takes.
final class Locator {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final Schema schema;
    private final HighWaterMark highWaterMark;
    private final Backoff backoff;
    private final Incident incident;

    Locator(Schema schema, HighWaterMark highWaterMark, Backoff backoff, Incident incident) {
        this.schema = schema;
        this.highWaterMark = highWaterMark;
        this.backoff = backoff;
        this.incident = incident;
    }

    /// How far ClickHouse has come.
    ///
    /// @param mark the highest offset stored; empty if nothing is yet
    /// @param database the identity of the database, another one after it was restored or made anew under the same name
    record Located(OptionalLong mark, String database) {}

    /// How far it has come once no insert of a predecessor can change it any more; empty if the tenure ended first.
    Optional<Located> locate(TopicPartition partition, Tenure tenure) throws InterruptedException {
        for (int failures = 1; !tenure.isOver(); failures++) {
            try {
                schema.ensure();
                while (highWaterMark.inMotion(partition)) {
                    if (!tenure.pause(LOOK_AGAIN)) {
                        return Optional.empty();
                    }
                }
                Located located = new Located(highWaterMark.of(partition), highWaterMark.database());
                incident.isOver();
                return Optional.of(located);
            } catch (SQLException | Migrations.ChangedException | RuntimeException e) {
                incident.goesOn(e);
                if (!tenure.pause(backoff.after(failures))) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }
}
