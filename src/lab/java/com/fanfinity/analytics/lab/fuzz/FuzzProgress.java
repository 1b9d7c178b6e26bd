package com.fanfinity.analytics.lab.fuzz;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// How far a run is. It prints a line every ten seconds, with the number from which another run can continue, and ends
/// the run after its time.
final class FuzzProgress {

    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final PrintStream out;
    private final LongSupplier nanoTime;
    private final long began;
    private final long end;
    private final AtomicLong printAt;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong firstUnsent = new AtomicLong(Long.MAX_VALUE);

    /// @param limit of the time to send
    /// @param nanoTime as `System.nanoTime()`
    FuzzProgress(PrintStream out, Duration limit, LongSupplier nanoTime) {
        this.out = out;
        this.nanoTime = nanoTime;
        began = nanoTime.getAsLong();
        end = began + limit.toNanos();
        printAt = new AtomicLong(began + INTERVAL.toNanos());
    }

    boolean isOver() {
        return nanoTime.getAsLong() - end >= 0;
    }

    /// An input was taken, and is not sent because the run ends.
    void notSent(long input) {
        firstUnsent.accumulateAndGet(input, Math::min);
    }

    /// The number of the first input that was not sent, if the run has ended early.
    long next(long afterAll) {
        return Math.min(firstUnsent.get(), afterAll);
    }

    void sent(long input, int failures) {
        long count = sent.incrementAndGet();
        long now = nanoTime.getAsLong();
        long due = printAt.get();
        if (now - due >= 0 && printAt.compareAndSet(due, now + INTERVAL.toNanos())) {
            double seconds = (now - began) / 1e9;
            out.printf(Locale.ROOT, "%6.0f s: %d inputs, %.0f/s, now at %d, %d failures%n", seconds, count,
                    count / seconds, input, failures);
            out.flush();
        }
    }
}
