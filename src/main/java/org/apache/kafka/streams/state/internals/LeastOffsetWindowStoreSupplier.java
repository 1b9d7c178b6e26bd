package org.apache.kafka.streams.state.internals;

import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;
import org.apache.kafka.streams.state.WindowStore;

/// Supplies window stores whose files can be used again after the process was killed.
///
/// A store is restored from its committed offset on. A window store has one RocksDB for each segment. RocksDB writes
/// the data of a segment to the disk whenever the memory of that segment is full, together with the offset up to which
/// the segment is complete. After a kill the segments are complete up to different offsets. Streams 4.4.0 restores from
/// the offset of the newest segment that has one, so records of the other segments are lost. These stores are restored
/// from the least offset, and from the first record if a segment has none.
///
/// Other threads may read a store while it closes, as with {@link SynchronizedKeyValueStoreSupplier}.
///
/// The class is in this package because only its classes have access to the segments.
public final class LeastOffsetWindowStoreSupplier extends RocksDbWindowBytesStoreSupplier {

    public LeastOffsetWindowStoreSupplier(String name, long retentionPeriod, long segmentInterval, long windowSize) {
        super(name, retentionPeriod, segmentInterval, windowSize, false, WindowStoreTypes.DEFAULT_WINDOW_STORE);
    }

    @Override
    public WindowStore<Bytes, byte[]> get() {
        return new SynchronizedStore(this);
    }

    private static final class SynchronizedStore extends RocksDBWindowStore {

        SynchronizedStore(LeastOffsetWindowStoreSupplier supplier) {
            super(new LeastOffsetSegments(supplier), supplier.retainDuplicates, supplier.windowSize);
        }

        /// The store reads its segments with their locks.
        @Override
        public ReadOnlyWindowStore<Bytes, byte[]> readOnly(IsolationLevel isolation) {
            return isolation == IsolationLevel.READ_UNCOMMITTED ? this : super.readOnly(isolation);
        }
    }

    private static final class LeastOffsetSegments extends RocksDBSegmentedBytesStore {

        LeastOffsetSegments(LeastOffsetWindowStoreSupplier supplier) {
            super(supplier.name, supplier.metricsScope(), supplier.retentionPeriod, supplier.segmentInterval,
                    new WindowKeySchema());
        }

        @Override
        public Long committedOffset(TopicPartition partition) {
            Long least = null;
            for (KeyValueSegment segment : getSegments()) {
                Long offset = segment.committedOffset(partition);
                if (offset == null) {
                    return null;
                }
                least = least == null ? offset : Math.min(least, offset);
            }
            return least;
        }
    }
}
