package com.fanfinity.analytics.stack;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.stack.process.ChildProcess;
import com.fanfinity.analytics.stack.process.Ports;

/// A part of the system in a process of its own, with what chaos needs: its pid and its signals.
public abstract sealed class LocalPart implements AutoCloseable permits KafkaBroker, ClickHouseEngine, ServiceProcess,
        SimulatorProcess, ProgramProcess, PrometheusServer, AlertmanagerServer {
    private final String name;
    private final Duration stopLimit;
    private volatile @Nullable ChildProcess process;

    LocalPart(String name, Duration stopLimit) {
        this.name = name;
        this.stopLimit = stopLimit;
    }

    /// Starts the process and returns at once.
    abstract ChildProcess launch() throws IOException, InterruptedException;

    /// Returns when it is ready; ends it if it doesn't become so.
    abstract void awaitReady(ChildProcess started) throws IOException, InterruptedException;

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

    /// SIGTERM, a bounded wait, then SIGKILL, also while it is only just starting.
    public final void terminate() {
        process().stop(stopLimit);
    }

    /// Starts it again on the same data and port, ending it first if it still runs, and returns when it is ready. Signals reach it
    /// from its start, not only when it is ready.
    ///
    /// @throws IllegalStateException if it does not become ready, such as because it was killed meanwhile
    public final synchronized void restart() throws IOException, InterruptedException {
        close();
        ChildProcess started = launch();
        process = started;
        awaitReady(started);
    }

    /// SIGTERM, a bounded wait, then SIGKILL. Safe to call again.
    @Override
    public final synchronized void close() {
        ChildProcess running = process;
        if (running != null) {
            running.stop(stopLimit);
        }
    }

    private ChildProcess process() {
        ChildProcess running = process;
        if (running == null) {
            throw new UnsupportedOperationException(name + " is not a process of ours");
        }
        return running;
    }

    static void requireFree(String part, int port) {
        if (!Ports.isFree(port)) {
            throw new IllegalStateException("port " + port + " of " + part + " is taken by another process");
        }
    }
}
