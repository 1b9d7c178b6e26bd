package com.fanfinity.analytics.sink;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.UUID;
import java.util.stream.Collectors;

import org.apache.kafka.common.TopicPartition;

import com.fanfinity.analytics.clickhouse.ClickHouse;
import com.fanfinity.analytics.clickhouse.SqlText;
import com.fanfinity.analytics.rows.Table;

/// Claims of the sinks on Kafka partitions, in the table `sink_claims`. The newest claim counts. Every INSERT names the
/// claim under which it was sent, and ClickHouse itself rejects it once a newer claim exists.
///
/// A claim also ends when the server restarts or when one of the tables is replaced, by a restore or an exchange. In
/// both cases ClickHouse may have fewer rows than the owner knows of. Without this rule an owner that sent nothing
/// meanwhile would notice nothing, and its next insert would hide the gap.
///
/// A new owner first claims the partition, then waits until no insert runs, then reads the highest offset. The server
/// registers an insert as running before it asks for the newest claim. So an insert of a predecessor either began
/// before the new claim, and the new owner waits for it, or it is rejected. It makes no difference how long the insert
/// was on its way, or whether its sender still lives. No clock that can be set is involved.
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
    Claim claim(TopicPartition partition, UUID owner) throws SQLException {
        record Answer(long epoch, long uptimeSeconds, String tables) {}
        String database = clickHouse.database();
        Answer found = clickHouse.query(
                "SELECT (SELECT toInt64(max(epoch)) + 1 FROM %s), toInt64(uptime()), %s"
                        .formatted(claimsOn(database, partition), tables(database)),
                row -> new Answer(row.getLong(1), row.getLong(2), row.getString(3))).getFirst();
        Claim claim = new Claim(owner, found.tables(), found.uptimeSeconds(), System.nanoTime());
        clickHouse.execute(("INSERT INTO %s.sink_claims (kafka_topic, kafka_partition, epoch, owner) "
                + "SETTINGS async_insert = 0 VALUES (%s, %d, %d, '%s')").formatted(database,
                        SqlText.quoted(partition.topic()), partition.partition(), found.epoch(), owner));
        return claim;
    }

    /// A condition that is true if the claim no longer holds when the server evaluates it.
    static String lapsed(String database, TopicPartition partition, Claim claim) {
        return "%s != %s OR %s != %s OR uptime() < %d".formatted(newestOwner(database, partition),
                SqlText.quoted(claim.owner().toString()), tables(database), SqlText.quoted(claim.tables()),
                claim.leastUptimeSeconds(System.nanoTime()));
    }

    /// A subquery for the identities of the tables that the sink fills. A table that is restored or exchanged has
    /// another one.
    private static String tables(String database) {
        String names = Arrays.stream(Table.values()).map(table -> SqlText.quoted(table.tableName()))
                .collect(Collectors.joining(", "));
        return "(SELECT arrayStringConcat(arraySort(groupArray(toString(uuid))), ' ') FROM system.tables "
                + "WHERE database = " + SqlText.quoted(database) + " AND name IN (" + names + "))";
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
