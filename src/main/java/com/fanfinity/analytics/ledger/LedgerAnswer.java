package com.fanfinity.analytics.ledger;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.pipeline.LedgerEntry;

/// `GET /api/ledger`.
///
/// @param status `balanced`, `discrepant` or `unreconciled`
/// @param complete whether this instance owns every partition
/// @param reconciledAt null until the first comparison with ClickHouse
record LedgerAnswer(String status, boolean complete, @Nullable Instant reconciledAt,
        List<Reconciliation.Discrepancy> discrepancies,
        LedgerCounts totals, List<PartitionLine> partitions) {

    record PartitionLine(int partition, @JsonUnwrapped LedgerCounts counts) {}

    /// Numbers of events. Null if unknown.
    ///
    /// @param parked accepted events that ClickHouse rejected
    record LedgerCounts(long received, long accepted, long duplicate, long dead, @Nullable Long counted,
            @Nullable Long stored,
            @Nullable Long parked, @Nullable Long inFlight, @Nullable Long deadStored) {

        static LedgerCounts of(LedgerEntry entry, OptionalLong counted, Optional<StoredCounts> stored) {
            return new LedgerCounts(entry.received(), entry.accepted(), entry.duplicate(), entry.dead(),
                    counted.isPresent() ? counted.getAsLong() : null, stored.map(StoredCounts::rows).orElse(null),
                    stored.map(StoredCounts::parked).orElse(null),
                    stored.map(counts -> Math.max(0, entry.accepted() - counts.highest())).orElse(null),
                    stored.map(StoredCounts::dead).orElse(null));
        }
    }
}
