package com.fanfinity.analytics.pipeline;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;

/// The state stores of the matches of one partition.
record MatchStores(KeyValueStore<Bytes, byte[]> stats, KeyValueStore<Bytes, byte[]> minutes,
        KeyValueStore<Bytes, byte[]> recent,
        KeyValueStore<Bytes, byte[]> moments) {

    static MatchStores of(ProcessorContext<?, ?> context) {
        return new MatchStores(context.getStateStore(StoreNames.STATS), context.getStateStore(StoreNames.MINUTES),
                context.getStateStore(StoreNames.RECENT), context.getStateStore(StoreNames.MOMENTS));
    }
}
