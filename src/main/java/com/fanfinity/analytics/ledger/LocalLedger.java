package com.fanfinity.analytics.ledger;

import java.util.Optional;
import java.util.OptionalLong;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.KeyValueIterator;

import com.fanfinity.analytics.pipeline.LedgerEntry;
import com.fanfinity.analytics.pipeline.MatchState;
import com.fanfinity.analytics.pipeline.StoreNames;
import com.fanfinity.analytics.streams.LocalStores;
import com.fanfinity.analytics.streams.Replica;

/// Reads the topology's side of the ledger from the state stores of this instance.
public final class LocalLedger {

    private final LocalStores stores;

    public LocalLedger(LocalStores stores) {
        this.stores = stores;
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

    /// The events in the totals of all matches of the partition, including archived matches. Reads every match.
    OptionalLong counted(int partition) {
        long events = 0;
        try (KeyValueIterator<Bytes, byte[]> matches = stores.entries(StoreNames.STATS, partition, Replica.ACTIVE)
                .all()) {
            while (matches.hasNext()) {
                events += MatchState.ofBytes(matches.next().value).totalEvents();
            }
            return OptionalLong.of(events);
        } catch (InvalidStateStoreException _) {
            return OptionalLong.empty();
        }
    }
}
