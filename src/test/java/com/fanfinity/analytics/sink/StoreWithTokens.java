package com.fanfinity.analytics.sink;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;

import org.apache.kafka.common.TopicPartition;

import com.fanfinity.analytics.rows.Table;

/// A table in memory that drops an insert with a known token and acknowledges it, as ClickHouse does.
final class StoreWithTokens implements BatchWriter, Delivery.StoredRows {

    private final TreeMap<Long, Table> rows = new TreeMap<>();
    private final List<Long> doubled = new ArrayList<>();
    private final Set<String> tokens = new HashSet<>();
    private final List<String> inserts = new ArrayList<>();
    private final Queue<Fault> faults = new ArrayDeque<>();
    private Runnable beforeQuestion = () -> {};
    private boolean answers = true;

    /// What happens to an insert instead.
    interface Fault {
        WriteOutcome insert(Batch batch, String token);
    }

    void failNext(Fault fault) {
        faults.add(fault);
    }

    /// Loses rows from an offset on, but no token.
    void lose(long from) {
        rows.tailMap(from).clear();
    }

    /// Loses all tokens, but no row: as many other inserts have followed as ClickHouse keeps tokens.
    void forgetTokens() {
        tokens.clear();
    }

    /// Questions for rows fail from now on.
    ///
    /// @param each runs before each of them
    void stopAnswering(Runnable each) {
        answers = false;
        beforeQuestion = each;
    }

    List<Long> offsets() {
        return List.copyOf(rows.keySet());
    }

    /// The offsets of rows that were stored although they were there.
    List<Long> doubled() {
        return List.copyOf(doubled);
    }

    /// The offsets of the dead letters.
    List<Long> parked() {
        return rows.entrySet().stream().filter(row -> row.getValue() == Table.DEAD).map(row -> row.getKey()).toList();
    }

    /// The tokens of all inserts so far.
    List<String> inserts() {
        return List.copyOf(inserts);
    }

    WriteOutcome store(Batch batch, String token) {
        if (tokens.add(token)) {
            batch.rows().forEach(row -> {
                if (rows.put(row.offset(), batch.table()) != null) {
                    doubled.add(row.offset());
                }
            });
        }
        return new WriteOutcome.Acknowledged();
    }

    @Override
    public WriteOutcome insert(Batch batch, String token, Claim claim) {
        inserts.add(token);
        Fault fault = faults.poll();
        return fault == null ? store(batch, token) : fault.insert(batch, token);
    }

    @Override
    public OptionalLong highest(TopicPartition partition) throws SQLException {
        ask();
        return rows.isEmpty() ? OptionalLong.empty() : OptionalLong.of(rows.lastKey());
    }

    @Override
    public boolean containsRowsOf(Batch batch) throws SQLException {
        ask();
        return !rows.subMap(batch.first(), true, batch.last(), true).isEmpty();
    }

    private void ask() throws SQLException {
        beforeQuestion.run();
        if (!answers) {
            throw new SQLException("away");
        }
    }
}
