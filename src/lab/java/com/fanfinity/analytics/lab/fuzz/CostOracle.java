package com.fanfinity.analytics.lab.fuzz;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

import com.fanfinity.analytics.lab.hostile.Resources;

/// The rules of cost: memory, threads and handles stay as they are, and a request takes little CPU.
final class CostOracle {

    private static final double MOST_MIB = 32;
    private static final int MOST_THREADS = 32;
    private static final int MOST_FILES = 64;
    private static final double MOST_MILLIS = 20;

    /// Linux counts CPU in ticks of 10 ms, so a single request cannot be measured.
    private static final int GROUP = 50;
    private static final int GROUPS = 20;

    private final Supplier<Duration> cpu;
    private final List<Double> millis = new ArrayList<>();
    private Duration last;
    private long requests;
    private double worst;

    /// @param cpu of the service since its start
    CostOracle(Supplier<Duration> cpu) {
        this.cpu = cpu;
        last = cpu.get();
    }

    /// Counts a request.
    ///
    /// @return the violation if the median of the last 1,000 is too high
    synchronized Optional<String> counted() {
        if (++requests % GROUP != 0) {
            return Optional.empty();
        }
        Duration now = cpu.get();
        millis.add(now.minus(last).toNanos() / 1e6 / GROUP);
        last = now;
        if (millis.size() < GROUPS) {
            return Optional.empty();
        }
        double median = millis.stream().sorted().skip(GROUPS / 2).findFirst().orElse(0.0);
        millis.clear();
        worst = Math.max(worst, median);
        return median <= MOST_MILLIS
                ? Optional.empty()
                : Optional.of(String.format(Locale.ROOT, "cpu: %.1f ms a request in the median of 1,000", median));
    }

    /// The highest median so far, in milliseconds.
    synchronized double worstMedian() {
        return worst;
    }

    static Optional<String> growth(Resources before, Resources after) {
        boolean flat = after.heapMib() - before.heapMib() <= MOST_MIB
                && after.directMib() - before.directMib() <= MOST_MIB
                && after.threads() - before.threads() <= MOST_THREADS
                && after.files() - before.files() <= MOST_FILES;
        return flat ? Optional.empty() : Optional.of("growth: before " + before + ", after " + after);
    }
}
