package com.fanfinity.analytics.streams;

import java.util.Map;

import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/// One memory budget for all stores of the process. It covers block cache, indexes, filters and write buffers. Without
/// it each segment of each store takes 50 MB of cache and its own write buffers.
///
/// Streams creates one instance per store from the name of this class, so the budget must be static.
public final class RocksDbBudget implements RocksDBConfigSetter {

    /// The Streams property that holds the budget in bytes.
    static final String BYTES = "fanfinity.rocksdb.bytes";

    private static final long WRITE_BUFFER_BYTES = 4L << 20;

    private record Budget(Cache cache, WriteBufferManager writeBuffers) {}

    private static @Nullable Budget budget;

    private static synchronized Budget budget(long bytes) {
        Budget existing = budget;
        if (existing == null) {
            RocksDB.loadLibrary();
            Cache cache = new LRUCache(bytes);
            existing = new Budget(cache, new WriteBufferManager(bytes / 2, cache));
            budget = existing;
        }
        return existing;
    }

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        Budget shared = budget(Long.parseLong(String.valueOf(configs.get(BYTES))));
        if (options.tableFormatConfig() instanceof BlockBasedTableConfig table) {
            table.setBlockCache(shared.cache());
            table.setCacheIndexAndFilterBlocks(true);
            table.setPinL0FilterAndIndexBlocksInCache(true);
            options.setTableFormatConfig(table);
        }
        // By default Streams builds no filters for the last level, which suits reads that find a key. Reads of the
        // dedupe store rarely find one, because nearly every event is new. Without a filter each of them reads and
        // searches a block.
        options.setOptimizeFiltersForHits(false);
        options.setWriteBufferManager(shared.writeBuffers());
        options.setWriteBufferSize(WRITE_BUFFER_BYTES);
        options.setMaxWriteBufferNumber(2);
    }

    @Override
    public void close(String storeName, Options options) {
        // All stores share the budget until the process ends.
    }
}
