package com.fanfinity.analytics.sink;

import java.sql.SQLException;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

import org.apache.kafka.common.TopicPartition;

import com.fanfinity.analytics.clickhouse.ClickHouse;
import com.fanfinity.analytics.clickhouse.SqlText;
import com.fanfinity.analytics.rows.Table;
import com.fanfinity.analytics.rows.TopicMapping;

/// Reads from ClickHouse which offsets of a partition it has stored. The sink starts from these, not from Kafka's
/// committed offsets.
final class StoredOffsets implements Delivery.StoredRows {

    private final ClickHouse clickHouse;
    private final TopicMapping mapping;

    StoredOffsets(ClickHouse clickHouse, TopicMapping mapping) {
        this.clickHouse = clickHouse;
        this.mapping = mapping;
    }

    /// Whether any sink's insert of the partition's rows is running: then the highest offset may still change.
    ///
    /// A server shows the insert by its query id. The engine as a library accepts no query id; there the log comment
    /// identifies it.
    boolean hasRunningInsert(TopicPartition partition) throws SQLException {
        String prefix = SqlText.quoted(
                ClickHouseWriter.queryIdPrefix(clickHouse.database(), partition.topic(), partition.partition()));
        String sql = "SELECT count() FROM system.processes WHERE startsWith(query_id, " + prefix
                + ") OR startsWith(Settings['log_comment'], " + prefix + ")";
        return clickHouse.query(sql, row -> row.getLong(1)).getFirst() > 0;
    }

    /// The highest offset in the topic's table, among the sink's own dead letters, or in `sink_marks`, where an
    /// operator gives records up.
    @Override
    public OptionalLong highest(TopicPartition partition) throws SQLException {
        return stored(partition).highest();
    }

    Stored stored(TopicPartition partition) throws SQLException {
        String sql = "SELECT countIf(NOT mark), maxIf(kafka_offset, NOT mark), countIf(mark), "
                + "maxIf(kafka_offset, mark) FROM ("
                + offsets(partition.topic(), "kafka_partition = " + partition.partition()) + ")";
        return clickHouse.query(sql, row -> new Stored(maximum(row.getLong(1), row.getLong(2)),
                maximum(row.getLong(3), row.getLong(4)))).getFirst();
    }

    private static OptionalLong maximum(long count, long value) {
        return count == 0 ? OptionalLong.empty() : OptionalLong.of(value);
    }

    /// How far a partition is stored.
    ///
    /// @param row the highest offset of a row; empty if there is none
    /// @param mark the highest offset that an operator gave up in `sink_marks`; empty if there is none
    record Stored(OptionalLong row, OptionalLong mark) {

        /// The later of the two.
        OptionalLong highest() {
            return LongStream.concat(row.stream(), mark.stream()).max();
        }
    }

    /// The same for all partitions of a topic. Partitions without a stored offset are missing.
    Map<Integer, Long> highestOf(String topic) throws SQLException {
        String sql = "SELECT kafka_partition, max(kafka_offset) FROM (" + offsets(topic, "kafka_partition >= 0")
                + ") GROUP BY kafka_partition";
        return clickHouse.query(sql, row -> Map.entry(row.getInt(1), row.getLong(2))).stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private String offsets(String topic, String condition) {
        String select = "SELECT kafka_partition, kafka_offset, false AS mark FROM ";
        String ofTopic = condition + " AND kafka_topic = " + SqlText.quoted(topic);
        Table table = mapping.tableOf(topic);
        String ownTable = table == Table.DEAD
                ? ""
                : select + table.in(clickHouse.database()) + " WHERE " + condition + " UNION ALL ";
        return ownTable + select + Table.DEAD.in(clickHouse.database()) + " WHERE " + ofTopic
                + " UNION ALL SELECT kafka_partition, kafka_offset, true AS mark FROM " + clickHouse.database()
                + ".sink_marks WHERE " + ofTopic;
    }

    /// Finds the cause of a failure to read the rows of a partition.
    ///
    /// @return the failure itself, or one that names the table
    Exception explain(TopicPartition partition, Exception failure) {
        return WrongTable.explain(clickHouse, mapping.tableOf(partition.topic()), failure);
    }

    /// The identity of the database; empty if it has none.
    String databaseId() throws SQLException {
        return clickHouse
                .query("SELECT toString(uuid) FROM system.databases WHERE name = ?", row -> row.getString(1),
                        clickHouse.database())
                .stream().findFirst().orElse("");
    }

    /// Whether rows of the batch are stored. A server can know a token without the rows: it was killed between the
    /// two writes, or an operator deleted the rows. It then drops the batch and acknowledges it, so only this query
    /// is proof.
    @Override
    public boolean containsRowsOf(Batch batch) throws SQLException {
        String ofTopic = batch.table() == Table.DEAD
                ? " AND kafka_topic = " + SqlText.quoted(batch.source().topic())
                : "";
        String sql = "SELECT count() FROM (SELECT 1 FROM " + batch.table().in(clickHouse.database())
                + " WHERE kafka_partition = " + batch.source().partition() + " AND kafka_offset BETWEEN "
                + batch.first()
                + " AND " + batch.last() + ofTopic + " LIMIT 1)";
        return clickHouse.query(sql, row -> row.getLong(1)).getFirst() > 0;
    }
}
