package com.fanfinity.analytics.lab.viewers;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import com.fanfinity.analytics.lab.bench.ProcessFigures;

/// The resources of the processes of a [LiveBench]: samples of resident memory, and CPU over the measured phase.
final class LiveUsage {
    private static final double MIB = 1 << 20;

    private final Map<String, Long> pids;
    private final List<String> live;
    private final Map<String, Long> idleRss = new LinkedHashMap<>();
    private final Map<String, Long> mostRss = new LinkedHashMap<>();
    private final Map<String, Duration> cpu = new LinkedHashMap<>();
    private long mostLiveRss;
    private ProcessFigures.Processors began = ProcessFigures.Processors.now();
    private double used;

    /// @param pids of all processes by name
    /// @param live the names of the live instances
    LiveUsage(Map<String, Long> pids, List<String> live) throws IOException {
        this.pids = new LinkedHashMap<>(pids);
        this.live = List.copyOf(live);
        for (var process : this.pids.entrySet()) {
            idleRss.put(process.getKey(), ProcessFigures.rss(process.getValue()));
        }
    }

    /// Samples the memory and keeps the maximum.
    void sample() throws IOException {
        long ofLive = 0;
        for (var process : pids.entrySet()) {
            long rss = ProcessFigures.rss(process.getValue());
            mostRss.merge(process.getKey(), rss, Math::max);
            ofLive += live.contains(process.getKey()) ? rss : 0;
        }
        mostLiveRss = Math.max(mostLiveRss, ofLive);
    }

    void beginCpu() throws IOException {
        pids.forEach((name, pid) -> cpu.put(name, ProcessFigures.cpu(pid)));
        began = ProcessFigures.Processors.now();
    }

    void endCpu() throws IOException {
        used = ProcessFigures.Processors.now().usedSince(began);
        pids.forEach((name, pid) -> cpu.merge(name, ProcessFigures.cpu(pid), (before, after) -> after.minus(before)));
    }

    /// The share of other processes and the idle time, which show how reliable the latencies are.
    String machine(Duration took) {
        double all = took.toNanos() / 1e9 * Runtime.getRuntime().availableProcessors();
        double ours = cpu.values().stream().mapToLong(Duration::toNanos).sum() / 1e9;
        return String.format(Locale.ROOT,
                "of %.1f s of processor time, these processes used %.1f s, the kernel and all others %.1f s; "
                        + "%.1f s were idle",
                all, ours, Math.max(0, all * used - ours), all * (1 - used));
    }

    /// The maximum of all live instances together in one sample, in bytes.
    long liveRss() {
        return mostLiveRss;
    }

    /// @param viewers the number of viewers of each live instance and of each process of viewers
    /// @param messages their number of messages in the measured phase
    List<String> lines(Map<String, Integer> viewers, Map<String, Long> messages) throws IOException {
        var lines = new ArrayList<String>();
        for (var process : pids.entrySet()) {
            String name = process.getKey();
            long rss = mostRss.getOrDefault(name, 0L);
            double cpuMicros = cpu.getOrDefault(name, Duration.ZERO).toNanos() / 1e3;
            var line = new StringBuilder(String.format(Locale.ROOT,
                    "%-12s RSS %6.1f MiB (before viewers %.1f, highest ever %.1f)", name,
                    rss / MIB, idleRss.getOrDefault(name, 0L) / MIB, ProcessFigures.peakRss(process.getValue()) / MIB));
            line.append(String.format(Locale.ROOT, ", CPU %6.2f s", cpuMicros / 1e6));
            int count = viewers.getOrDefault(name, 0);
            if (count > 0) {
                line.append(String.format(Locale.ROOT,
                        "; per viewer %.1f KiB (%.1f KiB more than before), per message %.1f us CPU",
                        rss / 1024.0 / count, (rss - idleRss.getOrDefault(name, 0L)) / 1024.0 / count,
                        cpuMicros / Math.max(1, messages.getOrDefault(name, 0L))));
            }
            lines.add(line.toString());
        }
        return lines;
    }
}
