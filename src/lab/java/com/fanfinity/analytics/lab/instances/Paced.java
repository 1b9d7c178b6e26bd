package com.fanfinity.analytics.lab.instances;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// Threads that repeat a step at a given pace until they are stopped.
final class Paced implements AutoCloseable {

    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;

    /// @param pause from the start of a step to the start of the next
    void start(String name, int count, Duration pause, Runnable step) {
        for (int i = 0; i < count; i++) {
            threads.add(Thread.ofPlatform().name(name + "-" + i).start(() -> repeat(pause, step)));
        }
    }

    private void repeat(Duration pause, Runnable step) {
        while (!stopping) {
            long began = System.nanoTime();
            step.run();
            LockSupport.parkNanos(pause.toNanos() - (System.nanoTime() - began));
        }
    }

    /// Returns when all running steps are complete.
    @Override
    public void close() {
        stopping = true;
        threads.forEach(thread -> {
            try {
                thread.join();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
