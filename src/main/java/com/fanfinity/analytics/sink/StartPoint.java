package com.fanfinity.analytics.sink;

import java.util.OptionalLong;

import org.apache.kafka.common.TopicPartition;

/// Where reading a partition begins, or why it may not.
sealed interface StartPoint {

    /// @param missing records that Kafka no longer has and that are not held against it: there was nothing in ClickHouse to continue, or
    ///     what is missing had been stored; 0 normally
    record At(long offset, long missing) implements StartPoint {}

    /// Records would be skipped or taken for others.
    record Hold(String reason) implements StartPoint {}

    /// @param mark the highest offset in ClickHouse
    /// @param committed the offset that this sink's group committed for this very database, before which all was stored at that time
    /// @param logStart first offset that Kafka still has
    /// @param logEnd one more than the last offset that can be read
    static StartPoint of(TopicPartition partition, OptionalLong mark, OptionalLong committed, long logStart, long logEnd) {
        if (mark.isEmpty()) {
            return new At(logStart, logStart);
        }
        long next = mark.getAsLong() + 1;
        if (next > logEnd) {
            return new Hold(("%s partition %d: ClickHouse holds offset %d but the topic ends before %d: the topic was made anew or has "
                    + "lost records. Rename the table away, or give the service another CLICKHOUSE_DATABASE").formatted(partition.topic(),
                            partition.partition(), mark.getAsLong(), logEnd));
        }
        if (next >= logStart) {
            return new At(next, 0);
        }
        if (committed.isPresent() && committed.getAsLong() >= logStart) {
            // What Kafka dropped behind the last stored record were the markers of transactions, or rows stored and since merged away.
            return new At(logStart, logStart - next);
        }
        return new Hold(("%1$s partition %2$d: Kafka no longer has offsets %3$d to %4$d, which ClickHouse has not got: lost by retention. "
                + "To go on without them: INSERT INTO sink_marks (kafka_topic, kafka_partition, kafka_offset, reason) "
                + "VALUES ('%1$s', %2$d, %4$d, 'WHY')").formatted(partition.topic(), partition.partition(), next, logStart - 1));
    }
}
