package com.fanfinity.analytics.stack;

import java.io.IOException;
import java.io.PrintStream;

/// Console output: one line for each step with its duration. Other lines never split a step's line.
final class StartProgress {
    private final PrintStream out;
    private boolean open;

    StartProgress(PrintStream out) {
        this.out = out;
    }

    @FunctionalInterface
    interface ProgressStep<T> {
        T run() throws IOException, InterruptedException;
    }

    <T> T step(String what, ProgressStep<T> step) throws IOException, InterruptedException {
        long start = System.nanoTime();
        begin(what);
        boolean done = false;
        try {
            T result = step.run();
            done = true;
            return result;
        } finally {
            end(what, done, (System.nanoTime() - start) / 1e9);
        }
    }

    synchronized void line(String line) {
        if (open) {
            out.println();
            open = false;
        }
        out.println(line);
        out.flush();
    }

    private synchronized void begin(String what) {
        if (open) {
            out.println();
        }
        out.printf("%-34s", what + " …");
        out.flush();
        open = true;
    }

    private synchronized void end(String what, boolean done, double seconds) {
        if (!open) {
            out.printf("%-34s", what);
        }
        out.printf("%s %5.1f s%n", done ? "ok" : "failed", seconds);
        out.flush();
        open = false;
    }
}
