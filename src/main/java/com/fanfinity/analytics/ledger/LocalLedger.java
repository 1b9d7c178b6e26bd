package com.fanfinity.analytics.ledger;

import java.util.Optional;
import java.util.OptionalLong;

import org.apache.kafka.streams.errors.InvalidStateStoreException;

import com.fanfinity.analytics.pipeline.LedgerEntry;
import com.fanfinity.analytics.pipeline.MatchIndexes;
import com.fanfinity.analytics.streams.LocalStores;
import com.fanfinity.analytics.streams.Replica;

/// Reads the topology's side of the ledger from the state stores of this instance.
public final class LocalLedger {

    private final LocalStores stores;
    private final MatchIndexes indexes;

    public LocalLedger(LocalStores stores, MatchIndexes indexes) {
        this.stores = stores;
        this.indexes = indexes;
    }

    int partitions() {
        return stores.partitions();
    }

    /// Empty if this instance does not own the partition or cannot read it now.
    Optional<LedgerEntry> entry(int partition) {
        try {
            return Optional.of(stores.ledger(partition, Replica.ACTIVE));
        } catch (InvalidStateStoreException _) {
            return Optional.empty();
        }
    }

    /// The events in the totals of all matches of the partition, including archived matches. Empty if this instance
    /// does not own the partition.
    OptionalLong counted(int partition) {
        return indexes.totalEvents(partition);
    }
}
