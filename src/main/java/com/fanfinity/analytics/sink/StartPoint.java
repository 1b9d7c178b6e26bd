package com.fanfinity.analytics.sink;

import java.util.OptionalLong;
import java.util.TreeSet;

import org.apache.kafka.common.TopicPartition;

/// Where reading of a partition begins, or why it must not begin.
sealed interface StartPoint {

    /// @param missing offsets before the start that Kafka no longer has, although the partition may begin: ClickHouse
    ///     has no rows to continue, or the missing records had been stored; normally 0
    record StartAt(long offset, long missing) implements StartPoint {}

    /// Reading would skip records, or take new records for stored ones.
    record Hold(String reason) implements StartPoint {}

    /// The topic has lost records that ClickHouse has. New records get their offsets, so reading must not begin once
    /// the log has grown beyond them either.
    ///
    /// @param logEnd one more than the last offset that could be read
    record Truncated(String reason, long logEnd) implements StartPoint {

        static Truncated of(TopicPartition partition, String fact, long logEnd) {
            return new Truncated("%s partition %d: %s: the topic has lost records. ".formatted(partition.topic(),
                    partition.partition(), fact) + OTHER_DATABASE, logEnd);
        }
    }

    String OTHER_DATABASE = "Give the service another CLICKHOUSE_DATABASE: see RUNBOOK.md, "
            + "\"The sink holds a partition\"";

    /// @param topic whether the offsets in ClickHouse are those of the topic
    /// @param highest the highest offset in ClickHouse
    /// @param committed the offset that this sink's group committed for this very database; every record before it
    ///     was stored at that time
    /// @param logStart the first offset that Kafka still has
    /// @param logEnd one more than the last offset that can be read
    static StartPoint of(TopicPartition partition, TopicIdentity topic, OptionalLong highest, OptionalLong committed,
            long logStart, long logEnd) {
        if (!topic.foreign().isEmpty()) {
            return new Hold(("%s partition %d: the database has rows of another deployment, from the topic %s. "
                    + "Their offsets are not those of this topic. ").formatted(partition.topic(),
                            partition.partition(), String.join(" and ", new TreeSet<>(topic.foreign())))
                    + OTHER_DATABASE);
        }
        if (topic.isTruncated(partition.partition())) {
            return Truncated.of(partition, "its log ended before stored offsets", logEnd);
        }
        if (!topic.isThatOfTheRows()) {
            return new Hold(
                    ("%s partition %d: the topic was recreated. Its id is %s, but the rows in ClickHouse are from "
                            + "the topic with the id %s. ").formatted(partition.topic(), partition.partition(),
                                    topic.id(),
                                    String.join(" or ", new TreeSet<>(topic.ids())))
                            + OTHER_DATABASE);
        }
        if (highest.isEmpty()) {
            return new StartAt(logStart, logStart);
        }
        long next = highest.getAsLong() + 1;
        if (next > logEnd) {
            return Truncated.of(partition,
                    "ClickHouse holds offset %d but the topic ends before %d".formatted(highest.getAsLong(), logEnd),
                    logEnd);
        }
        if (next >= logStart) {
            return new StartAt(next, 0);
        }
        if (committed.isPresent() && committed.getAsLong() >= logStart) {
            // Kafka dropped only transaction markers, or records whose rows were stored and have since been merged
            // away.
            return new StartAt(logStart, logStart - next);
        }
        return new Hold(("%1$s partition %2$d: Kafka no longer has offsets %3$d to %4$d, "
                + "which ClickHouse does not have: lost by retention. To continue without them: "
                + "INSERT INTO sink_marks (kafka_topic, kafka_partition, kafka_offset, reason) "
                + "VALUES ('%1$s', %2$d, %4$d, 'WHY')").formatted(partition.topic(), partition.partition(), next,
                        logStart - 1));
    }
}
