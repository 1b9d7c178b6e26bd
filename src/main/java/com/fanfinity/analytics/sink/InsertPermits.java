package com.fanfinity.analytics.sink;

import java.util.concurrent.Semaphore;

/// Limits the requests that this sink sends to ClickHouse at the same time. A partition that waits between two attempts
/// holds no permit, so the partitions of a failing table block no other.
final class InsertPermits {

    /// Two keep ClickHouse busy while one of them waits for the network.
    private static final int COUNT = 2;

    private final Semaphore free = new Semaphore(COUNT, true);

    final class Permit implements AutoCloseable {
        private Permit() {}

        @Override
        public void close() {
            free.release();
        }
    }

    /// Waits for a permit, first come, first served.
    Permit acquire() throws InterruptedException {
        free.acquire();
        return new Permit();
    }
}
