package com.fanfinity.analytics.sink;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Tasks that other threads hand to the poll thread. Partition buffers belong to the poll thread alone, so work on
/// another thread changes a buffer only through such a task.
final class Mailbox {

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

    /// Safe to call from any thread.
    void post(Runnable task) {
        tasks.add(task);
    }

    /// Runs the tasks that are waiting now, on the poll thread. A task that posts itself again waits for the next call.
    void runPending() {
        for (int count = tasks.size(); count > 0; count--) {
            tasks.remove().run();
        }
    }
}
