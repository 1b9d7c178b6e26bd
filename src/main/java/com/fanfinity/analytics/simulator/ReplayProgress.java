package com.fanfinity.analytics.simulator;

import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/// Prints the progress of a replay: a bar on a terminal, otherwise a line every 5 s.
final class ReplayProgress implements AutoCloseable {
    private static final int WIDTH = 30;

    private final PrintStream out;
    private final boolean terminal;
    private final Supplier<ProgressSnapshot> snapshot;
    private final Thread thread;

    /// @param done the processed fraction of the file, from 0 to 1
    record ProgressSnapshot(double done, long settled, Duration elapsed) {
        String line() {
            double seconds = elapsed.toNanos() / 1e9;
            String left = done > 0 ? clock(seconds * (1 - done) / done) : "?";
            return String.format(Locale.ROOT, "%3d %%  %d events  %.0f/s  ETA %s", (int) (done * 100), settled,
                    seconds > 0 ? settled / seconds : 0, left);
        }

        String bar() {
            int full = (int) (done * WIDTH);
            return "[" + "#".repeat(full) + ".".repeat(WIDTH - full) + "] " + line();
        }

        private static String clock(double seconds) {
            long s = Math.round(seconds);
            return String.format(Locale.ROOT, "%d:%02d", s / 60, s % 60);
        }
    }

    ReplayProgress(PrintStream out, boolean terminal, Supplier<ProgressSnapshot> snapshot) {
        this.out = out;
        this.terminal = terminal;
        this.snapshot = snapshot;
        this.thread = Thread.ofVirtual().name("progress").start(this::run);
    }

    @SuppressWarnings("SystemConsoleNull") // whether it can be null depends on jdk.console and the release
    static boolean onTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(Duration.ofMillis(terminal ? 200 : 5000));
                draw();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // close()
        }
    }

    private void draw() {
        if (terminal) {
            out.print("\r" + snapshot.get().bar() + "\033[K");
            out.flush();
        } else {
            out.println(snapshot.get().line());
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        if (terminal) {
            draw();
            out.println();
        }
    }
}
