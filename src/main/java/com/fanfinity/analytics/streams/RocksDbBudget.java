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

/// One budget of memory for all stores of the process: block cache, indexes, filters and write buffers come out of it. Without
/// it each segment of each store takes 50 MB of cache and its own write buffers.
///
/// Streams makes an instance for each store by this class's name, so the budget itself has to be static.
public final class RocksDbBudget implements RocksDBConfigSetter {

    /// The setting, in bytes, by which Streams hands the budget on.
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
        // Streams leaves the last level without filters, which suits reads that find something. The dedupe's do not: nearly every
        // event is new, and without a filter to say so each costs a block read and searched.
        options.setOptimizeFiltersForHits(false);
        options.setWriteBufferManager(shared.writeBuffers());
        options.setWriteBufferSize(WRITE_BUFFER_BYTES);
        options.setMaxWriteBufferNumber(2);
    }

    @Override
    public void close(String storeName, Options options) {
        // The budget is shared and lives as long as the process.
    }
}
