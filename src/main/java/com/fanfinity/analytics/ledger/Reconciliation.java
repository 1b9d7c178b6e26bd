package com.fanfinity.analytics.ledger;

import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// One comparison of the topology's ledger with ClickHouse's.
///
/// @param at the start of the comparison
/// @param partitions of `match-events`, by number
record Reconciliation(Instant at, SortedMap<Integer, PartitionBalance> partitions) {

    record Discrepancy(int partition, String detail) {}

    Reconciliation {
        partitions = new TreeMap<>(partitions);
    }

    List<Discrepancy> discrepancies() {
        return partitions.entrySet().stream().flatMap(
                line -> line.getValue().discrepancies().stream().map(detail -> new Discrepancy(line.getKey(), detail)))
                .toList();
    }
}
