package com.fanfinity.analytics.sink;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.apache.kafka.common.TopicPartition;

import com.fanfinity.analytics.rows.Row;
import com.fanfinity.analytics.rows.Table;

/// Rows that go to ClickHouse in one INSERT: consecutive records of one Kafka partition, for one table and one table
/// partition. So the INSERT is one block in one part, which ClickHouse stores as a whole or not at all.
///
/// @param first offset of its first record
/// @param last offset of its last record. The row of that record is always in the batch, so that the highest stored
///     offset shows how far the sink has come
/// @param rows in the order of their offsets; fewer than records where only the newest version of a key counts
record Batch(TopicPartition source, Table table, long first, long last, List<Row> rows) {

    Batch {
        rows = List.copyOf(rows);
        if (rows.isEmpty() || rows.getLast().offset() != last) {
            throw new IllegalArgumentException("the row with the last offset is missing");
        }
    }

    /// The largest batch.
    ///
    /// @param rows at least 1
    /// @param bytes of memory, by {@link Row#size()}; a single row may have more
    record Limits(int rows, long bytes) {}

    /// @param rows of one Kafka partition in the order of their offsets, as many as {@link #countOfFirst}
    static Batch of(TopicPartition source, List<Row> rows) {
        Row first = rows.getFirst();
        return new Batch(source, first.table(), first.offset(), rows.getLast().offset(), newest(rows));
    }

    /// How many of the oldest rows make the next batch. It ends where a limit is reached or the table partition
    /// changes.
    static int countOfFirst(Collection<Row> rows, Limits limits) {
        int count = 0;
        long bytes = 0;
        Row previous = null;
        for (Row row : rows) {
            bytes += row.size();
            if (previous != null
                    && (count >= limits.rows() || bytes > limits.bytes() || !sharesPart(previous, row))) {
                break;
            }
            previous = row;
            count++;
        }
        return count;
    }

    /// `topic-partition-first-last`, which is the same for the same records and for no others.
    String token() {
        return source.topic() + '-' + source.partition() + '-' + first + '-' + last;
    }

    /// Cuts the batch so that each of the given rows is alone. The parts cover its offsets in order, and their tokens
    /// differ from each other's, and from this one's if there are several.
    List<Batch> isolate(Set<Long> offsets) {
        List<Batch> parts = new ArrayList<>();
        List<Row> run = new ArrayList<>();
        long from = first;
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            run.add(row);
            boolean isCut = i + 1 == rows.size() || offsets.contains(row.offset())
                    || offsets.contains(rows.get(i + 1).offset());
            if (isCut) {
                parts.add(new Batch(source, table, from, row.offset(), run));
                run.clear();
                from = row.offset() + 1;
            }
        }
        return parts;
    }

    /// The only row as a dead letter, with the same topic, partition and offset.
    Batch asDeadLetter(String detail) {
        return new Batch(source, Table.DEAD, first, last,
                List.of(rows.getLast().asDeadLetter(detail)));
    }

    private static boolean sharesPart(Row a, Row b) {
        return a.table() == b.table() && a.month() == b.month();
    }

    /// Of rows with the same key, keeps the last one with the highest version. Always keeps the very last row.
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
