package com.fanfinity.analytics.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import java.util.function.IntSupplier;

import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.QueryableStoreType;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;

import com.fanfinity.analytics.pipeline.LedgerEntry;
import com.fanfinity.analytics.pipeline.StoreKeys;
import com.fanfinity.analytics.pipeline.StoreNames;

/// The state stores of this instance, one partition at a time. A read sees a record as soon as it is processed, before its transaction ends.
public final class LocalStores {

    private final Optional<KafkaStreams> streams;
    private final IntSupplier partitions;

    /// @param partitions of `match-events`; 0 as long as they are not known
    public LocalStores(KafkaStreams streams, IntSupplier partitions) {
        this(Optional.of(streams), partitions);
    }

    private LocalStores(Optional<KafkaStreams> streams, IntSupplier partitions) {
        this.streams = streams;
        this.partitions = partitions;
    }

    /// Those of an instance that runs no streams: no partition is here.
    public static LocalStores none(IntSupplier partitions) {
        return new LocalStores(Optional.empty(), partitions);
    }

    /// Of `match-events`; 0 as long as they are not known.
    public int partitions() {
        return partitions.getAsInt();
    }

    /// The partition that a match's events are in, as Kafka's producers choose it by default.
    public int partitionOf(String matchId) {
        return BuiltInPartitioner.partitionForKey(matchId.getBytes(UTF_8), partitions());
    }

    /// What it gives throws InvalidStateStoreException at any read if that copy of the partition is not here, or its state is moving or
    /// being restored; this call may already.
    public ReadOnlyKeyValueStore<Bytes, byte[]> entries(String name, int partition, Replica copy) {
        return store(name, partition, copy, QueryableStoreTypes.keyValueStore());
    }

    /// {@link StoreNames#SEEN}.
    /// As with {@link #entries}.
    public ReadOnlyWindowStore<Bytes, byte[]> seen(int partition, Replica copy) {
        return store(StoreNames.SEEN, partition, copy, QueryableStoreTypes.windowStore());
    }

    /// How far the partition has been processed, as that copy tells.
    ///
    /// @throws InvalidStateStoreException if that copy of the partition is not here, or its state is moving or being restored
    public LedgerEntry ledger(int partition, Replica copy) {
        byte[] stored = entries(StoreNames.LEDGER, partition, copy).get(StoreKeys.partition(partition));
        return stored == null ? LedgerEntry.NOTHING : LedgerEntry.ofBytes(stored);
    }

    private <T> T store(String name, int partition, Replica copy, QueryableStoreType<T> type) {
        StoreQueryParameters<T> query = StoreQueryParameters.fromNameAndType(name, type).withPartition(partition);
        KafkaStreams here = streams.orElseThrow(() -> new InvalidStateStoreException("this instance runs no streams"));
        try {
            return here.store(copy == Replica.STANDBY ? query.enableStaleStores() : query);
        } catch (IllegalStateException e) {
            // It is being stopped, while requests are still under way.
            throw new InvalidStateStoreException("streams do not run", e);
        }
    }
}
