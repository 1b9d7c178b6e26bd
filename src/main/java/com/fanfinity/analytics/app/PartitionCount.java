package com.fanfinity.analytics.app;

import java.util.function.IntSupplier;

/// The number of partitions of `match-events`. It is 0 until {@link Startup} has found or created the topics.
final class PartitionCount implements IntSupplier {

    private volatile int partitions;

    void set(int partitions) {
        this.partitions = partitions;
    }

    @Override
    public int getAsInt() {
        return partitions;
    }
}
