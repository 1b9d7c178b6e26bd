package com.fanfinity.analytics.local;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/// A part of the system in a process of its own, with what chaos needs: its pid and its signals.
public interface LocalPart extends AutoCloseable {
    String name();

    /// @return the id of the process; a new one after [#restart()]
    long pid();

    /// @return completes when the process that runs now has ended, however it did
    CompletableFuture<Process> onExit();

    /// SIGKILL; returns when the process is gone.
    void kill();

    /// SIGSTOP: connections stay open and nothing is answered.
    void pause();

    /// SIGCONT.
    void resume();

    /// Starts it again on the same data and port, ending it first if it still runs, and returns when it is ready.
    void restart() throws IOException, InterruptedException;

    /// SIGTERM, a bounded wait, then SIGKILL. Safe to call again.
    @Override
    void close();
}
