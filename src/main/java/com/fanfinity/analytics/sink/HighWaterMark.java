package com.fanfinity.analytics.sink;

import java.sql.SQLException;
import java.util.OptionalLong;

import org.apache.kafka.common.TopicPartition;

import com.fanfinity.analytics.clickhouse.ClickHouse;

/// How far ClickHouse itself has come with a partition. This, not Kafka's committed offset, is where the sink starts.
final class HighWaterMark {

    private final ClickHouse clickHouse;
    private final Mapping mapping;

    HighWaterMark(ClickHouse clickHouse, Mapping mapping) {
        this.clickHouse = clickHouse;
        this.mapping = mapping;
    }

    /// Whether an insert of the partition's rows is under way, whoever sent it: then the mark may still move.
    ///
    /// A server shows it by its query id; where the id cannot be given (the engine as a library), by its log comment.
    boolean inMotion(TopicPartition partition) throws SQLException {
        String mark = quoted(ClickHouseWriter.mark(clickHouse.database(), partition.topic(), partition.partition()));
        return clickHouse
                .query("SELECT count() FROM system.processes WHERE startsWith(query_id, %s) OR startsWith(Settings['log_comment'], %s)"
                        .formatted(mark, mark), row -> row.getLong(1))
                .getFirst() > 0;
    }

    /// The highest offset stored, be it in the topic's table, as a dead letter of the sink's own, or given up by an operator.
    OptionalLong of(TopicPartition partition) throws SQLException {
        String place = "kafka_partition = " + partition.partition();
        String topic = "kafka_topic = " + quoted(partition.topic());
        Table table = mapping.tableOf(partition.topic());
        String ownTable = table == Table.DEAD
                ? ""
                : "SELECT kafka_offset FROM " + table.in(clickHouse.database()) + " WHERE " + place + " UNION ALL ";
        String sql = "SELECT count(), max(kafka_offset) FROM (" + ownTable + "SELECT kafka_offset FROM "
                + Table.DEAD.in(clickHouse.database())
                + " WHERE " + place + " AND " + topic + " UNION ALL SELECT kafka_offset FROM " + clickHouse.database()
                + ".sink_marks WHERE " + place + " AND " + topic + ")";
        return clickHouse.query(sql, row -> row.getLong(1) == 0 ? OptionalLong.empty() : OptionalLong.of(row.getLong(2))).getFirst();
    }

    /// The identity of the database; empty if it has none.
    String database() throws SQLException {
        return clickHouse
                .query("SELECT toString(uuid) FROM system.databases WHERE name = ?", row -> row.getString(1), clickHouse.database())
                .stream().findFirst().orElse("");
    }

    /// Whether rows of the batch are stored. A server that remembers a token without the rows (it was killed between writing down the one and
    /// the other, or somebody deleted the rows) drops the batch and says that all is well; only looking tells.
    boolean holds(Batch batch) throws SQLException {
        String sql = "SELECT count() FROM (SELECT 1 FROM %s WHERE kafka_partition = %d AND kafka_offset BETWEEN %d AND %d%s LIMIT 1)"
                .formatted(
                        batch.table().in(clickHouse.database()), batch.source().partition(), batch.first(), batch.last(),
                        batch.table() == Table.DEAD ? " AND kafka_topic = " + quoted(batch.source().topic()) : "");
        return clickHouse.query(sql, row -> row.getLong(1)).getFirst() > 0;
    }

    /// Names of topics hold no quotes; this keeps it true.
    private static String quoted(String text) {
        return '\'' + text.replace("\\", "\\\\").replace("'", "\\'") + '\'';
    }
}
