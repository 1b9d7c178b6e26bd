package com.fanfinity.analytics.sink;

import java.sql.SQLException;
import java.util.UUID;

import org.apache.kafka.common.TopicPartition;

import com.fanfinity.analytics.clickhouse.ClickHouse;

/// Claims of the sinks on Kafka partitions, in the table `sink_claims`. The newest claim counts. Every INSERT names the
/// claim under which it was sent, and ClickHouse itself rejects it once a newer claim exists.
///
/// A new owner first claims the partition, then waits until no insert runs, then reads the highest offset. The server
/// registers an insert as running before it asks for the newest claim. So an insert of a predecessor either began
/// before the new claim, and the new owner waits for it, or it is rejected. It makes no difference how long the insert
/// was on its way, or whether its sender still lives. No clock is involved.
///
/// Two sinks may claim with the same epoch at the same time. Then the greater owner counts, and the other's inserts are
/// rejected until it claims again.
final class PartitionClaims {

    private final ClickHouse clickHouse;

    PartitionClaims(ClickHouse clickHouse) {
        this.clickHouse = clickHouse;
    }

    /// Makes the owner's claim the newest one.
    ///
    /// The epoch is a literal. If the statement computed it, a statement that arrives late would supersede the claims
    /// that were made meanwhile.
    void claim(TopicPartition partition, UUID owner) throws SQLException {
        String database = clickHouse.database();
        long epoch = clickHouse.query("SELECT toInt64(max(epoch)) + 1 FROM " + claimsOn(database, partition),
                row -> row.getLong(1)).getFirst();
        clickHouse.execute(("INSERT INTO %s.sink_claims (kafka_topic, kafka_partition, epoch, owner) "
                + "SETTINGS async_insert = 0 VALUES (%s, %d, %d, '%s')").formatted(database,
                        SqlText.quoted(partition.topic()), partition.partition(), epoch, owner));
    }

    /// A subquery for the owner with the newest claim.
    static String newestOwner(String database, TopicPartition partition) {
        return "(SELECT argMax(owner, (epoch, owner)) FROM " + claimsOn(database, partition) + ')';
    }

    private static String claimsOn(String database, TopicPartition partition) {
        return database + ".sink_claims WHERE kafka_topic = " + SqlText.quoted(partition.topic())
                + " AND kafka_partition = " + partition.partition();
    }
}
