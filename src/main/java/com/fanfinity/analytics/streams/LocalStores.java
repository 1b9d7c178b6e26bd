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

/// The state stores of this instance, one partition at a time. A read sees a record as soon as it is processed, before
/// its transaction ends.
public final class LocalStores {

    private final Optional<KafkaStreams> streams;
    private final IntSupplier partitions;

    /// @param partitions the number of partitions of `match-events`; 0 as long as it is not known
    public LocalStores(KafkaStreams streams, IntSupplier partitions) {
        this(Optional.of(streams), partitions);
    }

    private LocalStores(Optional<KafkaStreams> streams, IntSupplier partitions) {
        this.streams = streams;
        this.partitions = partitions;
    }

    /// The stores of an instance that runs no streams: it holds no partition.
    public static LocalStores none(IntSupplier partitions) {
        return new LocalStores(Optional.empty(), partitions);
    }

    /// The number of partitions of `match-events`; 0 as long as it is not known.
    public int partitions() {
        return partitions.getAsInt();
    }

    /// The partition of a match's events, as Kafka's default partitioner chooses it.
    public int partitionOf(String matchId) {
        return BuiltInPartitioner.partitionForKey(matchId.getBytes(UTF_8), partitions());
    }

    /// Every read of the returned store, and this call, may throw InvalidStateStoreException: if this instance does not
    /// hold that replica, or if its state is moving or being restored.
    public ReadOnlyKeyValueStore<Bytes, byte[]> entries(String name, int partition, Replica replica) {
        return store(name, partition, replica, QueryableStoreTypes.keyValueStore());
    }

    /// The store {@link StoreNames#SEEN}, with the same exceptions as {@link #entries}.
    public ReadOnlyWindowStore<Bytes, byte[]> seen(int partition, Replica replica) {
        return store(StoreNames.SEEN, partition, replica, QueryableStoreTypes.windowStore());
    }

    /// The processed offset and the counts of the partition, from that replica.
    ///
    /// @throws InvalidStateStoreException if this instance does not hold that replica, or if its state is moving or
    ///     being restored
    public LedgerEntry ledger(int partition, Replica replica) {
        byte[] stored = entries(StoreNames.LEDGER, partition, replica).get(StoreKeys.partition(partition));
        return stored == null ? LedgerEntry.NOTHING : LedgerEntry.ofBytes(stored);
    }

    private <T> T store(String name, int partition, Replica replica, QueryableStoreType<T> type) {
        StoreQueryParameters<T> query = StoreQueryParameters.fromNameAndType(name, type).withPartition(partition);
        KafkaStreams running = streams
                .orElseThrow(() -> new InvalidStateStoreException("this instance runs no streams"));
        try {
            return running.store(replica == Replica.STANDBY ? query.enableStaleStores() : query);
        } catch (IllegalStateException e) {
            // Streams is closing while requests are still in progress.
            throw new InvalidStateStoreException("streams are not running", e);
        }
    }
}
