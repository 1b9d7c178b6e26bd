package com.fanfinity.analytics.sink;

import java.util.OptionalLong;

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
    static StartPoint of(OptionalLong mark, OptionalLong committed, long logStart, long logEnd) {
        if (mark.isEmpty()) {
            return new At(logStart, logStart);
        }
        long next = mark.getAsLong() + 1;
        if (next > logEnd) {
            return new Hold(("ClickHouse holds offset %d but the topic ends before %d: the topic was made anew or has lost records. "
                    + "Rename the table away, or give the service another CLICKHOUSE_DATABASE").formatted(mark.getAsLong(), logEnd));
        }
        if (next >= logStart) {
            return new At(next, 0);
        }
        if (committed.isPresent() && committed.getAsLong() >= logStart) {
            // What Kafka dropped behind the last stored record were the markers of transactions, or rows stored and since merged away.
            return new At(logStart, logStart - next);
        }
        return new Hold(("Kafka no longer has offsets %d to %d, which ClickHouse has not got: lost by retention. To go on without them: "
                + "INSERT INTO sink_marks (kafka_topic, kafka_partition, kafka_offset, reason) with offset %d").formatted(next,
                        logStart - 1,
                        logStart - 1));
    }
}
