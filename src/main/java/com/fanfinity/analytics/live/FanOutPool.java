package com.fanfinity.analytics.live;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/// The threads that write to viewers. Each shard of a channel is queued at most once, so the number of channels bounds
/// the queue.
final class FanOutPool implements AutoCloseable {

    private final int threads;
    private final ExecutorService executor;

    FanOutPool(int threads) {
        this.threads = threads;
        executor = Executors.newFixedThreadPool(threads,
                Thread.ofPlatform().daemon().name("live-fan-out-", 1).factory());
    }

    int threads() {
        return threads;
    }

    /// Sends the newest update of a channel to its viewers.
    ///
    /// @param onSent called after each shard with the nanoseconds since this call
    void publish(ChannelViewers viewers, LongConsumer onSent) {
        long start = System.nanoTime();
        for (ChannelViewers.Shard shard : viewers.shards()) {
            if (!shard.isEmpty() && shard.markQueued()) {
                execute(() -> {
                    shard.sendUpdates();
                    onSent.accept(System.nanoTime() - start);
                });
            }
        }
    }

    void execute(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException _) {
            // closed: all streams end
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
