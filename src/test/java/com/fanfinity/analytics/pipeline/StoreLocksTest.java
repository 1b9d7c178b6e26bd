package com.fanfinity.analytics.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;
import org.apache.kafka.streams.state.internals.RocksDBWindowStore;
import org.apache.kafka.streams.state.internals.WrappedStateStore;
import org.junit.jupiter.api.Test;

/// Requests read every store with its lock. `ReadWhileClosingTest` shows that the lock keeps the store open.
class StoreLocksTest {

    @Test
    void readOnly_eachStoreOfTheTopology_isTheStoreItself() {
        try (PipelineDriver pipeline = new PipelineDriver()) {
            assertEquals(6, pipeline.stores().size());
            pipeline.stores().forEach((name, store) -> {
                StateStore inner = innermost(store);
                assertSame(inner, switch (inner) {
                    case ReadOnlyKeyValueStore<?, ?> entries -> entries.readOnly(IsolationLevel.READ_UNCOMMITTED);
                    case ReadOnlyWindowStore<?, ?> windows -> windows.readOnly(IsolationLevel.READ_UNCOMMITTED);
                    default -> throw new AssertionError(inner);
                }, name);
            });
        }
    }

    private static StateStore innermost(StateStore store) {
        return store instanceof WrappedStateStore<?, ?, ?> wrapper && !(store instanceof RocksDBWindowStore)
                ? innermost(wrapper.wrapped())
                : store;
    }
}
