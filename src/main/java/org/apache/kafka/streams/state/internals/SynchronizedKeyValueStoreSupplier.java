package org.apache.kafka.streams.state.internals;

import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/// Supplies RocksDB stores that other threads may read while the store closes.
///
/// In Streams 4.4.0 these threads read through a view of the store. The view checks that the store is open and then
/// reads RocksDB, without the lock that `close` holds. If the store closes between the two, for example because its
/// partition moves, RocksDB reads freed memory and the process crashes. The methods of the store itself hold the lock,
/// and they read the same data as the view for `READ_UNCOMMITTED`.
///
/// The class is in this package because only its classes have access to the store.
public final class SynchronizedKeyValueStoreSupplier extends RocksDBKeyValueBytesStoreSupplier {

    public SynchronizedKeyValueStoreSupplier(String name) {
        super(name, false);
    }

    @Override
    public KeyValueStore<Bytes, byte[]> get() {
        return new SynchronizedStore(name(), metricsScope());
    }

    private static final class SynchronizedStore extends RocksDBStore {

        SynchronizedStore(String name, String metricsScope) {
            super(name, metricsScope);
        }

        @Override
        public ReadOnlyKeyValueStore<Bytes, byte[]> readOnly(IsolationLevel isolation) {
            return isolation == IsolationLevel.READ_UNCOMMITTED ? this : super.readOnly(isolation);
        }
    }
}
