package com.fanfinity.analytics.local;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/// A part of the system in a process of its own, with what chaos needs: its pid and its signals.
public abstract sealed class LocalPart implements AutoCloseable permits KafkaBroker, ClickHouseEngine, ServiceProcess,
        SimulatorProcess {
    private final String name;
    private final Duration stopLimit;
    private @Nullable ChildProcess process;

    LocalPart(String name, Duration stopLimit) {
        this.name = name;
        this.stopLimit = stopLimit;
    }

    /// Starts the process and returns when it is ready; what was started is ended if that fails.
    abstract ChildProcess launch() throws IOException, InterruptedException;

    public final String name() {
        return name;
    }

    /// @return the id of the process; a new one after [#restart()]
    public final long pid() {
        return process().pid();
    }

    /// @return completes when the process that runs now has ended, however it did
    public final CompletableFuture<Process> onExit() {
        return process().onExit();
    }

    /// SIGKILL; returns when the process is gone.
    public final void kill() {
        process().kill();
    }

    /// SIGSTOP: connections stay open and nothing is answered.
    public final void pause() {
        process().pause();
    }

    /// SIGCONT.
    public final void resume() {
        process().resume();
    }

    /// Starts it again on the same data and port, ending it first if it still runs, and returns when it is ready.
    public final synchronized void restart() throws IOException, InterruptedException {
        if (process != null) {
            process.stop(stopLimit);
        }
        process = launch();
    }

    /// SIGTERM, a bounded wait, then SIGKILL. Safe to call again.
    @Override
    public final synchronized void close() {
        if (process != null) {
            process.stop(stopLimit);
        }
    }

    private synchronized ChildProcess process() {
        if (process == null) {
            throw new UnsupportedOperationException(name + " is not a process of ours");
        }
        return process;
    }

    static void requireFree(String part, int port) {
        if (!Ports.isFree(port)) {
            throw new IllegalStateException("port " + port + " of " + part + " is taken by another process");
        }
    }
}
