package com.fanfinity.analytics.stack;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.stack.process.ChildProcess;
import com.fanfinity.analytics.stack.process.Ports;

/// A component of the system in its own process, which can be signalled, killed and restarted.
public abstract sealed class StackComponent implements AutoCloseable
        permits KafkaBroker, ClickHouseEngine, ServiceProcess,
        SimulatorProcess, ProgramProcess, PrometheusServer, AlertmanagerServer {
    private final String name;
    private final Duration stopLimit;
    private volatile @Nullable ChildProcess process;

    StackComponent(String name, Duration stopLimit) {
        this.name = name;
        this.stopLimit = stopLimit;
    }

    /// Starts the process and returns at once.
    abstract ChildProcess launch() throws IOException, InterruptedException;

    /// Returns when the process is ready, or else kills it.
    abstract void awaitReady(ChildProcess started) throws IOException, InterruptedException;

    public final String name() {
        return name;
    }

    /// @return the process id, which changes with [#restart()]
    public final long pid() {
        return process().pid();
    }

    /// @return completes when the current process ends
    public final CompletableFuture<Process> onExit() {
        return process().onExit();
    }

    /// Sends SIGKILL and returns when the process has ended.
    public final void kill() {
        process().kill();
    }

    /// Sends SIGSTOP: connections stay open without answers.
    public final void pause() {
        process().pause();
    }

    /// Sends SIGCONT.
    public final void resume() {
        process().resume();
    }

    /// Like [#close()], also while [#restart()] is waiting in another thread.
    public final void terminate() {
        process().stop(stopLimit);
    }

    /// Ends the process if it runs, starts it again on the same data and port, and returns when it is ready. Signals
    /// reach the new process from its start.
    ///
    /// @throws IllegalStateException if the process does not become ready, for example because it was killed
    public final synchronized void restart() throws IOException, InterruptedException {
        close();
        ChildProcess started = launch();
        process = started;
        awaitReady(started);
    }

    /// Sends SIGTERM, waits with a limit, then sends SIGKILL. Idempotent.
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
            throw new UnsupportedOperationException(name + " is external: it has no process here");
        }
        return running;
    }

    static void requireFree(String part, int port) {
        if (!Ports.isFree(port)) {
            throw new IllegalStateException("port " + port + " of " + part + " is in use by another process");
        }
    }
}
