package com.fanfinity.analytics.sink;

import java.util.concurrent.Semaphore;

/// How much ClickHouse is asked to do at a time by this sink. Who pauses between two tries holds no slot, so that partitions of a table
/// that refuses its rows keep none from the others.
final class InsertPermits {

    /// Two keep ClickHouse busy while one waits for the network.
    private static final int COUNT = 2;

    private final Semaphore free = new Semaphore(COUNT, true);

    /// To be given back by the thread that took it.
    final class Slot implements AutoCloseable {
        private Slot() {}

        @Override
        public void close() {
            free.release();
        }
    }

    /// Waits for a slot; the one who has waited longest has it first.
    Slot take() throws InterruptedException {
        free.acquire();
        return new Slot();
    }
}
