package com.fanfinity.analytics.sink;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/// Runs work that waits for ClickHouse on threads of its own, so that the poll thread never waits for it. A failure
/// of such work is thrown on the poll thread, where it ends the membership.
final class BackgroundTasks {

    private final ExecutorService threads;
    private final Mailbox mailbox;

    /// An interrupt ends the task silently.
    interface Task {
        void run() throws InterruptedException;
    }

    BackgroundTasks(ExecutorService threads, Mailbox mailbox) {
        this.threads = threads;
        this.mailbox = mailbox;
    }

    Future<?> submit(Task task) {
        return threads.submit(() -> {
            try {
                task.run();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException | Error e) {
                mailbox.post(() -> {
                    throw new IllegalStateException("a background task of the sink failed", e);
                });
            }
        });
    }
}
