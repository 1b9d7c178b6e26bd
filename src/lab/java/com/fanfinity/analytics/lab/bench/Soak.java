package com.fanfinity.analytics.lab.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import com.fanfinity.analytics.stack.Stack;
import com.fanfinity.analytics.stack.process.ProjectDir;

/// `make soak`: a steady load for hours, which fails if a resource grows.
///
/// [SoakLoad] sends RATE events a second to a separate broker, engine and service. Every 10 s the program writes the
/// service's figures to `target/soak/`. Every 30 s it runs a garbage collection first, because only the heap after a
/// collection shows a leak.
///
/// The first half of the run, at most 10 minutes, is not judged, because the JVM, RocksDB and the stores still fill.
/// (Compiled code and metaspace settle within 3 minutes.) After that, [Trend] judges each figure. The allowed rises
/// over the judged time are:
///
/// | figure | rise allowed | because |
/// |---|---|---|
/// | heap left after a collection | 5 % or 8 MiB | matches grow by a few KiB a minute, leaked events by 5 MiB |
/// | resident memory | 5 % or 24 MiB | malloc's arenas and RocksDB's buffers vary by a few MiB |
/// | state stores on disk | 25 % or 16 MiB + 100 B an event | identities stay for days; compaction keeps copies |
/// | open files | 5 % or 16 | RocksDB's files come and go with compaction |
/// | threads | 5 % or 4 | carriers of virtual threads and compilers come and go |
///
/// The run passes if no figure rises, no request was finally rejected, and the totals are exact in the service and in
/// ClickHouse.
///
/// Environment: HOURS (0.34), RATE (300), MATCHES (20).
final class Soak {
    private static final Duration SAMPLE = Duration.ofSeconds(10);
    private static final int COLLECT_EVERY = 3;
    private static final Duration LONGEST_WARM_UP = Duration.ofMinutes(10);
    private static final Duration SETTLE = Duration.ofMinutes(2);
    private static final double MIB = 1 << 20;

    /// The size of an event's entry in the store of identities, with room for RocksDB's files.
    private static final int IDENTITY_BYTES = 100;

    private final Map<String, String> environment;
    private final PrintStream out;

    private Soak(Map<String, String> environment, PrintStream out) {
        this.environment = environment;
        this.out = out;
    }

    @SuppressWarnings("SystemOut")
    static void main() throws IOException, InterruptedException {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
        Map<String, String> environment = System.getenv();
        int exit;
        try (Stack stack = Stack.start("soak")) {
            exit = new Soak(environment, System.out).run(stack) ? 0 : 1;
        }
        System.exit(exit);
    }

    private boolean run(Stack stack) throws IOException, InterruptedException {
        Duration time = Duration.ofSeconds((long) (3_600 * number("HOURS", 0.34)));
        String run = Long.toString(System.currentTimeMillis(), 36);
        URI service = URI.create(stack.service().url());
        URI clickHouse = URI.create(stack.clickHouse().url());
        Path csv = ProjectDir.find().resolve("target/soak/" + run + ".csv");
        try (var load = new SoakLoad(service, clickHouse, run, number("RATE", 300), (int) number("MATCHES", 20));
                var samples = new SoakSamples(stack, csv)) {
            out.printf(Locale.ROOT, "run %s: %.0f events/s for %d s; figures in %s%n", run, number("RATE", 300),
                    time.toSeconds(), csv);
            load.start();
            sample(samples, load, time);
            load.stop();
            out.printf(Locale.ROOT, "sent       %d events, %.0f/s, %d of them twice; %d requests repeated%n",
                    load.total(),
                    load.total() / (double) time.toSeconds(), load.repeats(), load.retries());
            boolean steady = judge(samples, time);
            boolean exact = settle(load, run, service, clickHouse);
            out.println(steady && exact ? "PASSED" : "FAILED");
            return steady && exact;
        }
    }

    private void sample(SoakSamples samples, SoakLoad load, Duration time) throws IOException, InterruptedException {
        long start = System.nanoTime();
        for (long i = 0; SAMPLE.multipliedBy(i).compareTo(time) <= 0; i++) {
            long due = start + SAMPLE.multipliedBy(i).toNanos();
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            String line = samples.sample((System.nanoTime() - start) / 1e9, i % COLLECT_EVERY == 0, load.total());
            if (i % (TimeUnit.MINUTES.toSeconds(1) / SAMPLE.toSeconds()) == 0) {
                out.println(line);
            }
        }
    }

    private boolean judge(SoakSamples samples, Duration time) {
        Duration half = time.dividedBy(2);
        Duration warmUp = half.compareTo(LONGEST_WARM_UP) < 0 ? half : LONGEST_WARM_UP;
        double identities = IDENTITY_BYTES * number("RATE", 300) * time.minus(warmUp).toSeconds();
        List<Trend> trends = List.of(
                Trend.of("heap after collection, MiB", 8, 0.05,
                        samples.after(warmUp, SoakSamples.Figure.HEAP_LIVE, MIB)),
                Trend.of("resident memory, MiB", 24, 0.05, samples.after(warmUp, SoakSamples.Figure.RSS, MIB)),
                Trend.of("state stores, MiB", 16 + identities / MIB, 0.25,
                        samples.after(warmUp, SoakSamples.Figure.STORES, MIB)),
                Trend.of("open files", 16, 0.05, samples.after(warmUp, SoakSamples.Figure.FILES, 1)),
                Trend.of("threads", 4, 0.05, samples.after(warmUp, SoakSamples.Figure.THREADS, 1)));
        out.printf(Locale.ROOT, "judged     the last %d s of %d s%n", time.minus(warmUp).toSeconds(), time.toSeconds());
        out.printf(Locale.ROOT, "%-28s %12s %12s %12s %12s %12s%n", "", "first third", "last third", "slope/h", "rise",
                "allowed");
        for (Trend trend : trends) {
            out.printf(Locale.ROOT, "%-28s %12.1f %12.1f %12.1f %12.1f %12.1f  %s%n", trend.name(), trend.first(),
                    trend.last(),
                    trend.slopePerHour(), trend.rise(), trend.allowed(), trend.upward() ? "UPWARD" : "no upward trend");
        }
        return trends.stream().noneMatch(Trend::upward);
    }

    private boolean settle(SoakLoad load, String run, URI service, URI clickHouse) throws InterruptedException {
        var totals = new SettledTotals(load.byMatch());
        var live = totals.inService(service, SETTLE);
        var stored = totals.inClickHouse(new SettledTotals.ClickHouse(clickHouse, "", ""), run, SETTLE);
        out.printf(Locale.ROOT, "totals     service %s, ClickHouse %s: %d events%n",
                live.exact() ? "exact" : "NOT exact " + live.differing(),
                stored.exact() ? "exact" : "NOT exact " + stored.differing(), load.total());
        return live.exact() && stored.exact();
    }

    private double number(String name, double byDefault) {
        String text = environment.getOrDefault(name, "");
        return text.isBlank() ? byDefault : Double.parseDouble(text);
    }
}
