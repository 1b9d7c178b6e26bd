package com.fanfinity.analytics.pipeline;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;

/// The state stores of the matches of one partition, and the partition's ledger.
record MatchStores(KeyValueStore<Bytes, byte[]> stats, KeyValueStore<Bytes, byte[]> minutes,
        KeyValueStore<Bytes, byte[]> recent,
        KeyValueStore<Bytes, byte[]> moments, KeyValueStore<Bytes, byte[]> ledger) {

    static MatchStores of(ProcessorContext<?, ?> context) {
        return new MatchStores(context.getStateStore(StoreNames.STATS), context.getStateStore(StoreNames.MINUTES),
                context.getStateStore(StoreNames.RECENT), context.getStateStore(StoreNames.MOMENTS),
                context.getStateStore(StoreNames.LEDGER));
    }
}
