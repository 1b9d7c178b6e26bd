package com.fanfinity.analytics.streams;

import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;

import org.apache.kafka.streams.errors.InvalidStateStoreException;

/// How current the replicas on this instance are.
public interface ReplicaFreshness {

    /// Of an instance without replicas.
    ReplicaFreshness NONE = new ReplicaFreshness() {
        @Override
        public Optional<Instant> asOf(int partition, Replica replica) {
            return Optional.empty();
        }

        @Override
        public BooleanSupplier catchUp(int partition) {
            return () -> false;
        }
    };

    /// The time before which every acknowledged event is in the replica; empty if it is not known. Call this before
    /// reading the replica: the later read is then not older than this time.
    ///
    /// @throws InvalidStateStoreException if this instance does not hold that replica of the partition
    Optional<Instant> asOf(int partition, Replica replica);

    /// Starts to prove that the active replica contains every event that was acknowledged before this call.
    ///
    /// @return whether that is proven now; call it repeatedly, and each time before reading the replica. It throws
    ///     {@link InvalidStateStoreException} if this instance no longer holds the replica
    /// @throws InvalidStateStoreException if this instance does not hold the active replica of the partition
    BooleanSupplier catchUp(int partition);
}
