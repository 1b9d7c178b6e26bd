package com.fanfinity.analytics.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

/// Checks that work leaves nothing behind.
public final class Heap {

    private Heap() {}

    /// Runs the work and fails if the heap is larger than before by more than `bytes`, after garbage collection.
    public static void assertKeeps(long bytes, Runnable work) {
        long before = used();
        work.run();
        long grown = used() - before;
        assertTrue(grown <= bytes, () -> "the heap grew by " + (grown >> 20) + " MiB");
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}
