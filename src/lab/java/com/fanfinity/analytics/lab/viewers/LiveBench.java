package com.fanfinity.analytics.lab.viewers;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import com.fanfinity.analytics.lab.bench.OpenLoad;
import com.fanfinity.analytics.lab.bench.SettledTotals;
import com.fanfinity.analytics.lab.viewers.LiveAudience.Standing;
import com.fanfinity.analytics.lab.viewers.LiveAudience.Window;
import com.fanfinity.analytics.lab.viewers.ViewerCounts.Count;
import com.fanfinity.analytics.stack.ApiClient;

/// `make bench-live`: latency and cost of the viewers of live streams.
///
/// The stack has a broker, an engine, one instance without viewers, and instances of the role live, each with a process
/// of viewers. All run on this machine, so the load of the viewers is part of the latencies. Each match has an update a
/// second, and all matches have goals at the same times. The exit code is 0 if the run passed, 1 if not, 2 if a setting
/// is invalid or the machine cannot hold the viewers. [LiveOptions] reads the environment, and [LiveVerdict] judges the
/// run.
final class LiveBench {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(60);
    private static final Duration SETTLE = Duration.ofSeconds(60);
    private static final Duration NEWEST_WITHIN = Duration.ofSeconds(15);
    private static final Duration STEP = Duration.ofSeconds(1);
    private static final int BACKGROUND_CONNECTIONS = 32;

    private final LiveOptions options;
    private final LiveStack stack;
    private final PrintStream out;
    private final String run = Long.toString(System.currentTimeMillis(), 36);
    private final LiveVerdict verdict;
    private final long epochMicros = ViewerLoop.micros(Instant.now());

    private LiveBench(LiveOptions options, LiveStack stack, PrintStream out) {
        this.options = options;
        this.stack = stack;
        this.verdict = new LiveVerdict(options);
        this.out = out;
    }

    @SuppressWarnings("SystemOut")
    static void main() throws Exception {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
        Optional<LiveOptions> options = options();
        int exit = 2;
        if (options.isPresent()) {
            try (LiveStack stack = LiveStack.start(options.get())) {
                exit = new LiveBench(options.get(), stack, System.out).run() ? 0 : 1;
            }
        }
        System.exit(exit);
    }

    private static Optional<LiveOptions> options() throws IOException {
        try {
            LiveOptions options = LiveOptions.from(System.getenv());
            List<String> problems = MachineLimits.problems(options);
            problems.forEach(System.err::println);
            return problems.isEmpty() ? Optional.of(options) : Optional.empty();
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            return Optional.empty();
        }
    }

    private boolean run() throws Exception {
        log("run %s: %d viewers over %d live instances (%s), %d matches with an update a second, goals at %s s, "
                + "%d other events/s in %s",
                run,
                options.viewers(), options.instances(), String.join(" ", options.liveJvm()), options.matches(),
                options.goals(),
                options.events(), options.others() == 0 ? "the same" : options.others() + " others");
        log("machine    %d processors, a process may open %d files, %d ports an address",
                Runtime.getRuntime().availableProcessors(),
                MachineLimits.openFiles(), MachineLimits.ports());
        stack.announce(run, options.matches());
        try (LiveAudience audience = LiveAudience.start(options, stack, run, epochMicros);
                PublishedWatch published = new PublishedWatch(stack.bootstrapServers(), run, options.matches(),
                        epochMicros)) {
            published.start();
            LiveUsage usage = new LiveUsage(pids(audience),
                    IntStream.range(0, options.instances()).mapToObj(n -> "live-" + n).toList());
            if (!connect(audience, usage)) {
                usage.lines(Map.of(), Map.of()).forEach(out::println);
                log("logs: %s", stack.directory());
                log("FAILED: not all viewers could connect, so there is no measurement");
                return false;
            }
            return measure(audience, published, usage);
        }
    }

    private Map<String, Long> pids(LiveAudience audience) {
        Map<String, Long> pids = new LinkedHashMap<>();
        for (int instance = 0; instance < options.instances(); instance++) {
            pids.put("live-" + instance, stack.live().get(instance).pid());
            pids.put("viewers-" + instance, audience.pids().get(instance));
        }
        pids.putAll(stack.otherPids());
        pids.put("this one", ProcessHandle.current().pid());
        return pids;
    }

    /// Waits until every viewer has the state of its match.
    ///
    /// @return false if a viewer does not get it in time
    private boolean connect(LiveAudience audience, LiveUsage usage) throws IOException {
        long began = System.nanoTime();
        long limit = CONNECT_LIMIT.plusSeconds(options.viewers() / options.connectsPerSecond()).toNanos();
        audience.connect();
        ViewerCounts counts = audience.counts();
        for (int step = 1; counts.get(Count.CONNECTED) + counts.get(Count.GAVE_UP) < options.viewers()
                && System.nanoTime() - began < limit; step++) {
            parkUntil(began + STEP.multipliedBy(step).toNanos());
            usage.sample();
            counts = audience.counts();
        }
        log("connected  %d of %d in %.1f s; failed connects %d, rejected with 503 %d, gave up %d, disconnected %d",
                counts.get(Count.CONNECTED),
                options.viewers(), (System.nanoTime() - began) / 1e9, counts.get(Count.FAILED_CONNECTS),
                counts.get(Count.TOO_MANY),
                counts.get(Count.GAVE_UP), counts.get(Count.CUT_OFF));
        return counts.get(Count.CONNECTED) == options.viewers();
    }

    private boolean measure(LiveAudience audience, PublishedWatch published, LiveUsage usage) throws Exception {
        int warmUp = (int) options.warmUp().toSeconds();
        int seconds = (int) options.measured().toSeconds();
        long start = System.nanoTime() + STEP.toNanos();
        long clock = clockOffsetMicros();
        LiveFeed feed = new LiveFeed(stack.ingest(), run, options.matches(), start, warmUp + seconds,
                options.goals().stream().map(second -> second + warmUp).toList());
        Map<String, Long> expected = new HashMap<>();
        Window window;
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Thread feeding = Thread.ofPlatform().name("live-feed").daemon().start(feed);
            Optional<Future<OpenLoad.LoadResult>> besides = options.events() == 0
                    ? Optional.empty()
                    : Optional.of(executor.submit(this::loadBesides));
            parkUntil(start + options.warmUp().toNanos());
            window = watch(audience, usage, start + options.warmUp().toNanos());
            feeding.join();
            if (besides.isPresent()) {
                OpenLoad.LoadResult result = besides.get().get();
                expected.putAll(result.acknowledged().byMatch());
                verdict.besides(result);
            }
        }
        feed.acknowledged().forEach((match, events) -> expected.merge(match, events + 1, Long::sum));
        return report(audience, published, usage, feed, window, expected, Math.abs(clockOffsetMicros() - clock));
    }

    private OpenLoad.LoadResult loadBesides() throws IOException, InterruptedException {
        return OpenLoad.run(stack.ingest(),
                OpenLoad.Options.of(options.events(), options.warmUp().plus(options.measured()),
                        BACKGROUND_CONNECTIONS, options.others() == 0 ? options.matches() : options.others(),
                        options.others() == 0 ? run : run + "-other"));
    }

    /// The measured phase.
    private Window watch(LiveAudience audience, LiveUsage usage, long start) throws IOException {
        List<ViewerCounts> before = audience.countsOfEach();
        long began = System.nanoTime();
        usage.beginCpu();
        for (int second = 1; second <= options.measured().toSeconds(); second++) {
            parkUntil(start + STEP.multipliedBy(second).toNanos());
            usage.sample();
        }
        usage.endCpu();
        return new Window(before, audience.countsOfEach(), Duration.ofNanos(System.nanoTime() - began));
    }

    /// @param expected the number of events of each match
    private boolean report(LiveAudience audience, PublishedWatch published, LiveUsage usage, LiveFeed feed,
            Window window,
            Map<String, Long> expected, long clockStepMicros) throws IOException, InterruptedException {
        var totals = new SettledTotals(expected).inService(stack.ingest(), SETTLE);
        Standing standing = awaitNewest(audience, feed);
        usage.sample();
        ViewerCounts all = audience.counts();
        var updates = updates(feed);
        var committed = updates(feed);
        var goals = new LiveLatency(feed.goals(), options.matches(), 1, epochMicros);
        audience.arrivals(updates, goals);
        published.close();
        published.arrivals(committed);
        print(window, feed);
        updates.lines("update").forEach(out::println);
        log("%s", committed.line("  202 to its publication"));
        goals.lines("goal").forEach(out::println);
        usage.lines(audience.viewersByName(), window.messagesByName()).forEach(out::println);
        log("machine      %s; %s", usage.machine(window.took()), MachineLimits.socketMemory());
        verdict.sending(feed, totals, clockStepMicros);
        verdict.arrivals(all, updates, goals, standing);
        verdict.limits(updates, goals, usage.liveRss());
        verdict.lines().forEach(out::println);
        log("logs: %s", stack.directory());
        log(verdict.passed() ? "PASSED" : "FAILED");
        return verdict.passed();
    }

    private LiveLatency updates(LiveFeed feed) {
        return new LiveLatency(feed.probes(), options.matches(), (int) options.warmUp().toSeconds() + 1, epochMicros);
    }

    private void print(Window window, LiveFeed feed) {
        ViewerCounts counts = window.all();
        log("sent       %d updates, %d goals, including the warm-up; %d repeated; sent at most %.1f ms late",
                feed.probes().total(),
                feed.goals().total(), feed.repeats(), feed.longestWait().toNanos() / 1e6);
        log("received   in %.1f s: %.0f messages/s, %.2f MiB/s; metrics %d, key moments %d, minutes %d, reload %d, "
                + "others %d, heartbeats %d",
                window.took().toNanos() / 1e9, window.perSecond(counts.messages()),
                window.perSecond(counts.get(Count.BYTES)) / (1 << 20),
                counts.get(Count.METRICS), counts.get(Count.EVENTS), counts.get(Count.MINUTES),
                counts.get(Count.RELOADS),
                counts.get(Count.OTHER), counts.get(Count.COMMENTS));
        log("viewers    %d rounds of their threads took over 20 ms (maximum %.1f ms), which is part of the latencies",
                counts.get(Count.STALLS), window.longestStallMillis());
    }

    private Standing awaitNewest(LiveAudience audience, LiveFeed feed) throws IOException, InterruptedException {
        List<Long> versions = versions();
        long deadline = System.nanoTime() + NEWEST_WITHIN.toNanos();
        Standing standing = audience.standing(versions, feed);
        while (!standing.isComplete() && System.nanoTime() < deadline) {
            parkUntil(System.nanoTime() + STEP.dividedBy(4).toNanos());
            standing = audience.standing(versions, feed);
        }
        return standing;
    }

    /// The newest version of each match after all events are counted.
    private List<Long> versions() throws IOException, InterruptedException {
        List<Long> versions = new ArrayList<>();
        try (ApiClient api = stack.client()) {
            for (int match = 0; match < options.matches(); match++) {
                versions.add(api.get("/api/matches/" + LiveEvents.matchId(run, match) + "/metrics").json()
                        .path("version").asLong());
            }
        }
        return versions;
    }

    /// The difference between the wall clock, which all processes read, and the monotonic clock.
    private static long clockOffsetMicros() {
        return ViewerLoop.micros(Instant.now()) - TimeUnit.NANOSECONDS.toMicros(System.nanoTime());
    }

    private static void parkUntil(long nanos) {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private void log(String format, Object... values) {
        out.printf(Locale.ROOT, format + "%n", values);
    }
}
