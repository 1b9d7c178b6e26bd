package com.fanfinity.analytics.sink;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.apache.kafka.common.TopicPartition;

/// Rows that go to ClickHouse in one INSERT: consecutive records of one Kafka partition, for one table and one table partition. So the
/// INSERT is one block in one part, which is stored as a whole or not at all.
///
/// @param first offset of its first record
/// @param last offset of its last record, whose row is always among the rows, so that the highest stored offset tells how far the sink is
/// @param rows in the order of their offsets; fewer than records where only the newest version of a key counts
record Batch(TopicPartition source, Table table, long first, long last, List<Row> rows) {

    Batch {
        rows = List.copyOf(rows);
        if (rows.isEmpty() || rows.getLast().offset() != last) {
            throw new IllegalArgumentException("the row with the last offset is missing");
        }
    }

    /// How much goes into a batch.
    ///
    /// @param rows the most, at least 1
    /// @param bytes of memory, by {@link Row#size()}; a single row may have more
    record Limits(int rows, long bytes) {}

    /// The batch of the oldest rows: as many as fit and go to the same table partition.
    ///
    /// @param rows of one Kafka partition in the order of their offsets, at least one
    /// @param count of rows that the batch is made of, see {@link #countOfFirst}
    static Batch of(TopicPartition source, List<Row> rows, int count) {
        List<Row> head = rows.subList(0, count);
        return new Batch(source, head.getFirst().table(), head.getFirst().offset(), head.getLast().offset(), newest(head));
    }

    /// How many of the oldest rows make the next batch: cut where a limit is reached or the table partition changes.
    static int countOfFirst(Collection<Row> rows, Limits limits) {
        int count = 0;
        long bytes = 0;
        Row previous = null;
        for (Row row : rows) {
            bytes += row.size();
            if (previous != null && (count >= limits.rows() || bytes > limits.bytes() || !together(previous, row))) {
                break;
            }
            previous = row;
            count++;
        }
        return count;
    }

    /// All rows in batches. Every row belongs to exactly one, in the order of offsets.
    static List<Batch> cut(TopicPartition source, List<Row> rows, Limits limits) {
        List<Batch> batches = new ArrayList<>();
        for (int from = 0; from < rows.size();) {
            List<Row> rest = rows.subList(from, rows.size());
            int count = countOfFirst(rest, limits);
            batches.add(of(source, rest, count));
            from += count;
        }
        return batches;
    }

    /// The same for the same records, and for no others: `topic-partition-first-last`.
    String token() {
        return source.topic() + '-' + source.partition() + '-' + first + '-' + last;
    }

    /// Two halves of a batch that has more than one row. Their tokens differ from this one's and from each other's.
    List<Batch> halves() {
        int middle = rows.size() / 2;
        List<Row> left = rows.subList(0, middle);
        List<Row> right = rows.subList(middle, rows.size());
        return List.of(new Batch(source, table, first, left.getLast().offset(), left),
                new Batch(source, table, left.getLast().offset() + 1, last, right));
    }

    /// The only row as a dead letter, at the same place of the same topic.
    Batch parked(String detail) {
        return new Batch(source, Table.DEAD, first, last, List.of(DeadLetterRows.parked(rows.getLast().record(), detail)));
    }

    private static boolean together(Row a, Row b) {
        return a.table() == b.table() && a.month() == b.month();
    }

    /// Of rows with the same key the one with the highest version, of those the last; and the last of all, whatever it is.
    private static List<Row> newest(List<Row> rows) {
        Map<String, Row> winners = new HashMap<>();
        for (Row row : rows) {
            winners.merge(row.key(), row, (a, b) -> b.version() >= a.version() ? b : a);
        }
        Set<Long> kept = winners.values().stream().map(Row::offset).collect(Collectors.toSet());
        kept.add(rows.getLast().offset());
        return rows.stream().filter(row -> row.key().isEmpty() || kept.contains(row.offset())).toList();
    }
}
