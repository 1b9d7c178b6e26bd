package com.fanfinity.analytics.lab.bench;

import java.util.SplittableRandom;

/// The send times of one of `threads` threads, which together send the sequences from `first` to below `first + count`.
/// They do not depend on the server: this is the open model.
final class Schedule {
    private final OpenLoad.Options options;
    private final int threads;
    private final double gapNanos;
    private final SplittableRandom random;
    private long startNanos;
    private long index;
    private double dueNanos;

    /// @param thread from 0 to below `threads`
    Schedule(OpenLoad.Options options, int thread, int threads) {
        this.options = options;
        this.threads = threads;
        this.index = thread;
        this.gapNanos = 1e9 * threads / options.rate();
        this.random = new SplittableRandom(options.seed() + thread);
        this.dueNanos = switch (options.arrivals()) {
            case CONSTANT -> gapNanos * thread / threads;
            case POISSON -> gap();
        };
    }

    void startAt(long nanos) {
        startNanos = nanos;
    }

    boolean isOver() {
        return index >= options.count();
    }

    int sequence() {
        return Math.toIntExact(options.firstSequence() + index);
    }

    /// By `System.nanoTime()`.
    long intendedNanos() {
        return startNanos + (long) dueNanos;
    }

    void advance() {
        index += threads;
        dueNanos += gap();
    }

    private double gap() {
        return switch (options.arrivals()) {
            case CONSTANT -> gapNanos;
            case POISSON -> -Math.log(1 - random.nextDouble()) * gapNanos;
        };
    }
}
