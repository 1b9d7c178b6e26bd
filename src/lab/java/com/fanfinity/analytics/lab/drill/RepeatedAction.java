package com.fanfinity.analytics.lab.drill;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// Repeats an action until it is closed. Failures do not end it, so senders and readers continue during an outage.
final class RepeatedAction implements AutoCloseable {

    @FunctionalInterface
    interface Action {
        void run() throws IOException, InterruptedException;
    }

    private final Thread thread;
    private volatile boolean stop;
    private volatile boolean paused;

    /// @param pause between two runs
    RepeatedAction(Duration pause, Action action) {
        thread = Thread.ofVirtual().start(() -> run(pause, action));
    }

    void pause() {
        paused = true;
    }

    void resume() {
        paused = false;
    }

    private void run(Duration pause, Action action) {
        while (!stop) {
            try {
                if (!paused) {
                    action.run();
                }
            } catch (IOException _) {
                // the next one may succeed
            } catch (InterruptedException _) {
                return;
            }
            LockSupport.parkNanos(pause.toNanos());
        }
    }

    @Override
    public void close() {
        stop = true;
        thread.interrupt();
    }
}
