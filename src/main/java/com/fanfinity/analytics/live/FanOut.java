package com.fanfinity.analytics.live;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/// The threads that write to viewers. One part of an audience waits for its turn at most once, so that what waits is bounded by the number
/// of channels.
final class FanOut implements AutoCloseable {

    private final int threads;
    private final ExecutorService executor;

    /// @param threads that write at once
    FanOut(int threads) {
        this.threads = threads;
        executor = Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().name("live-fan-out-", 1).factory());
    }

    int threads() {
        return threads;
    }

    /// Tells an audience what is new.
    ///
    /// @param onTold told with each part: nanoseconds since this call
    void tell(Audience audience, LongConsumer onTold) {
        long asked = System.nanoTime();
        for (Audience.Part part : audience.parts()) {
            if (!part.isEmpty() && part.startWaiting()) {
                run(() -> {
                    part.tell();
                    onTold.accept(System.nanoTime() - asked);
                });
            }
        }
    }

    /// Does something on one of the threads.
    void run(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException _) {
            // closed: nobody is told any more
        }
    }

    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(1, TimeUnit.SECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException _) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
