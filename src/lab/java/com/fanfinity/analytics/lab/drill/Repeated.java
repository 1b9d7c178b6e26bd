package com.fanfinity.analytics.lab.drill;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// An action done again and again until this is closed, whether it succeeds or not: senders and readers go on while a service is away.
final class Repeated implements AutoCloseable {

    @FunctionalInterface
    interface Action {
        void run() throws IOException, InterruptedException;
    }

    private final Thread thread;
    private volatile boolean stop;
    private volatile boolean paused;

    /// @param pause between the end of one and the beginning of the next
    Repeated(Duration pause, Action action) {
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
