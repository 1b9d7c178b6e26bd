package com.fanfinity.analytics.lab.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.HdrHistogram.Histogram;

import com.fanfinity.analytics.lab.bench.OpenLoad.Options;
import com.fanfinity.analytics.lab.verify.PersistentSender;
import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.Stack;

/// `make overload`: the behaviour of the service under more load than the machine can process.
///
/// The program warms up a separate broker, engine and service. The service accepts requests for two thirds of the
/// warm-up and rejects requests in the rest, because a JVM compiles both paths only when they run. Then 64 closed-loop
/// connections saturate the service: the accepted rate is the *capacity*, with the client on the same processors. After
/// that, the open model offers FACTOR times the capacity over many connections: each request is sent at its scheduled
/// time.
///
/// Latencies start at *the write to the socket*, so they include the service's queues of connections and threads. (A
/// latency from the scheduled time would include the client's own delay on saturated processors; the program prints it
/// too.) If client and service share two processors, part of the load cannot be sent, because every connection waits
/// for its answer. The run is valid only if at least twice the capacity was sent; the program prints the unsent part.
///
/// The run passes if the p99 of accepted requests is below MAX_P99_MS, every rejection is a 503 or 429 with
/// `Retry-After`, and no connection breaks. Memory must be flat: compared with the saturation, the heap after a
/// collection grows by at most 32 MiB, and resident memory beyond the heap by at most 128 MiB at any time (48 of them
/// are connection buffers). The service must accept at least half of the capacity and answer health checks. Every
/// accepted event must be in the live totals and once in ClickHouse.
///
/// Environment: SECONDS of overload (30), FACTOR (3), WARM_UP_SECONDS (60), CAPACITY_SECONDS (15), CONNECTIONS (1500),
/// MATCHES (100), MAX_P99_MS (500), CAPACITY (requests a second; measured if not set).
final class Overload {
    private static final int SATURATING_CONNECTIONS = 64;
    private static final double MORE_THAN_ANY = 100_000;
    private static final Duration SETTLE = Duration.ofMinutes(4);
    private static final Duration SAMPLE = Duration.ofMillis(500);

    private final Map<String, String> environment;
    private final PrintStream out;
    private final List<String> faults = new ArrayList<>();

    private Overload(Map<String, String> environment, PrintStream out) {
        this.environment = environment;
        this.out = out;
    }

    @SuppressWarnings("SystemOut")
    static void main() throws IOException, InterruptedException {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
        int exit;
        // All requests come from one address.
        try (Stack stack = Stack.start("overload", Map.of("HTTP_MAX_CONNECTIONS_PER_ADDRESS", "8192"));
                HttpClient http = HttpClient.newHttpClient()) {
            exit = new Overload(System.getenv(), System.out).run(stack, http);
        }
        System.exit(exit);
    }

    private int run(Stack stack, HttpClient http) throws IOException, InterruptedException {
        URI target = URI.create(stack.service().url());
        String run = Long.toString(System.currentTimeMillis(), 36);
        Options options = Options
                .of(1, seconds("SECONDS", 30), SATURATING_CONNECTIONS, (int) number("MATCHES", 100), run)
                .withoutLateSends();
        Memory before = Memory.collected(stack, http, target);

        int connections = (int) number("CONNECTIONS", 1_500);
        Options taking = options.at(MORE_THAN_ANY, seconds("WARM_UP_SECONDS", 60).multipliedBy(2).dividedBy(3), 0);
        OpenLoad.LoadResult warm = OpenLoad.run(target, taking);
        Options refusing = taking.at(MORE_THAN_ANY, seconds("WARM_UP_SECONDS", 60).dividedBy(3), taking.count())
                .withConnections(connections);
        OpenLoad.LoadResult warmer = OpenLoad.run(target, refusing);
        out.printf(Locale.ROOT, "warm-up    %s, %s%n", warm.byStatus(), warmer.byStatus());
        Options saturation = options.at(MORE_THAN_ANY, seconds("CAPACITY_SECONDS", 15),
                taking.count() + refusing.count());
        OpenLoad.LoadResult full = OpenLoad.run(target, saturation);
        double measured = perSecond(full.acknowledged().total(), saturation.duration());
        out.printf(Locale.ROOT,
                "capacity   %.0f accepted/s over %d closed-loop connections; statuses %s, p99 %.0f ms%n", measured,
                SATURATING_CONNECTIONS, full.byStatus(), full.acceptedNanos().getValueAtPercentile(99) / 1e6);
        Memory saturated = Memory.collected(stack, http, target);

        double rate = number("FACTOR", 3) * number("CAPACITY", measured);
        Options overload = options
                .at(rate, seconds("SECONDS", 30), taking.count() + refusing.count() + saturation.count())
                .withConnections(connections);
        out.printf(Locale.ROOT, "overload   %.0f requests/s for %d s over %d connections%n", rate,
                overload.duration().toSeconds(),
                overload.connections());
        Observed observed = observed(stack, http, target, overload);
        Memory after = Memory.collected(stack, http, target);

        out.printf(Locale.ROOT,
                "machine    %d processors, load average %.1f (other programs reduce the measured values)%n",
                Runtime.getRuntime().availableProcessors(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        judge(observed.result(), overload, measured);
        out.println("memory     before " + before + "; saturated " + saturated + "; overloaded, at most "
                + observed.most() + "; after "
                + after);
        require(observed.most().beyondHeap() <= saturated.beyondHeap() + (128 << 20), "resident memory is not flat");
        require(after.live() <= saturated.live() + (32 << 20), "the heap is not flat");
        require(observed.unhealthy() == 0, observed.unhealthy() + " health checks failed");
        Ledger ledger = warm.acknowledged().plus(warmer.acknowledged()).plus(full.acknowledged())
                .plus(observed.result().acknowledged());
        repeatUnknown(stack, ledger);
        settle(stack, run, ledger);
        faults.forEach(fault -> out.println("- " + fault));
        out.println(faults.isEmpty() ? "PASSED" : "FAILED");
        return faults.isEmpty() ? 0 : 1;
    }

    private record Observed(OpenLoad.LoadResult result, Memory most, long unhealthy) {}

    /// Runs the load and samples the service.
    private static Observed observed(Stack stack, HttpClient http, URI target, Options options)
            throws IOException, InterruptedException {
        var rss = new AtomicLong();
        var beyondHeap = new AtomicLong();
        var unhealthy = new AtomicLong();
        try (var watch = Executors.newSingleThreadScheduledExecutor()) {
            var _ = watch.scheduleWithFixedDelay(() -> {
                try {
                    Memory now = Memory.of(stack, http, target);
                    rss.accumulateAndGet(now.rss(), Math::max);
                    beyondHeap.accumulateAndGet(now.beyondHeap(), Math::max);
                } catch (IOException _) {
                    unhealthy.incrementAndGet();
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt(); // the load is over
                }
            }, 0, SAMPLE.toMillis(), TimeUnit.MILLISECONDS);
            OpenLoad.LoadResult result = OpenLoad.run(target, options);
            watch.shutdownNow();
            return new Observed(result, new Memory(rss.get(), beyondHeap.get(), 0), unhealthy.get());
        }
    }

    private void judge(OpenLoad.LoadResult result, Options options, double capacity) {
        double accepted = perSecond(result.acknowledged().total(), options.duration());
        out.printf(Locale.ROOT, "offered    %d, sent %d, unsent %d, errors %d, client CPU %.1f us/request%n",
                options.count(),
                result.sent(),
                result.unsent(), result.errors(), result.cpuMicrosPerRequest());
        out.printf(Locale.ROOT, "answered   %s: %.0f accepted/s, %.0f refused/s%n", result.byStatus(), accepted,
                perSecond(result.refusedNanos().getTotalCount(), options.duration()));
        print("accepted  ", result.acceptedNanos(), " (from the write to the socket)");
        print("refused   ", result.refusedNanos(), "");
        print("all       ", result.latencyNanos(), " (from the scheduled time)");
        double p99 = result.acceptedNanos().getValueAtPercentile(99) / 1e6;
        require(p99 < number("MAX_P99_MS", 500), "the p99 of accepted requests is too high");
        require(result.errors() == 0, "connections broke or requests had no answer");
        require(perSecond(result.sent(), options.duration()) >= 2 * capacity,
                "too few requests were sent: increase CONNECTIONS");
        require(result.withoutRetryAfter() == 0, result.withoutRetryAfter() + " rejections had no Retry-After");
        require(result.byStatus().keySet().stream().allMatch(status -> status == 202 || status == 503 || status == 429),
                "other statuses");
        require(result.byStatus().size() > 1, "no request was rejected");
        require(accepted >= capacity / 2, "less than half of the capacity was accepted");
    }

    private void print(String what, Histogram nanos, String how) {
        out.printf(Locale.ROOT, "%s p50 %.1f ms, p90 %.1f ms, p99 %.1f ms, p99.9 %.1f ms, max %.1f ms%s%n", what,
                nanos.getValueAtPercentile(50) / 1e6, nanos.getValueAtPercentile(90) / 1e6,
                nanos.getValueAtPercentile(99) / 1e6,
                nanos.getValueAtPercentile(99.9) / 1e6, nanos.getMaxValue() / 1e6, how);
    }

    /// Repeats the events that Kafka did not acknowledge in time, as the contract requires, because their outcome is
    /// unknown.
    private void repeatUnknown(Stack stack, Ledger ledger) {
        int[] unknown = ledger.unknown().toArray();
        try (ApiClient api = new ApiClient(stack.service().url(), stack.clickHouse().url())) {
            var sender = new PersistentSender(api);
            for (int from = 0; from < unknown.length; from += 1_000) {
                sender.batch(Arrays.stream(unknown, from, Math.min(unknown.length, from + 1_000)).mapToObj(ledger::json)
                        .toList());
            }
        }
        Arrays.stream(unknown).forEach(ledger::acknowledge);
        out.printf(Locale.ROOT, "unknown    Kafka did not acknowledge %d requests in time; they were repeated%n",
                unknown.length);
    }

    private void settle(Stack stack, String run, Ledger ledger) throws InterruptedException {
        var totals = new SettledTotals(ledger.byMatch());
        var service = totals.inService(URI.create(stack.service().url()), SETTLE);
        var clickHouse = totals.inClickHouse(new SettledTotals.ClickHouse(URI.create(stack.clickHouse().url()), "", ""),
                run, SETTLE);
        out.printf(Locale.ROOT,
                "totals     %d accepted events; service %s after %.1f s, ClickHouse %s after %.1f s more%n",
                ledger.total(),
                service.exact() ? "exact" : "NOT exact", service.waited().toMillis() / 1e3,
                clickHouse.exact() ? "exact" : "NOT exact",
                clickHouse.waited().toMillis() / 1e3);
        require(service.exact() && clickHouse.exact(),
                "totals differ: " + service.differing() + clickHouse.differing());
    }

    private void require(boolean condition, String otherwise) {
        if (!condition) {
            faults.add(otherwise);
        }
    }

    private static double perSecond(long count, Duration duration) {
        return count * 1e9 / duration.toNanos();
    }

    private Duration seconds(String name, double byDefault) {
        return Duration.ofMillis((long) (1_000 * number(name, byDefault)));
    }

    private double number(String name, double byDefault) {
        String text = environment.getOrDefault(name, "");
        return text.isBlank() ? byDefault : Double.parseDouble(text);
    }

    /// @param rss resident memory of the service, bytes
    /// @param beyondHeap resident memory minus the committed heap, bytes, even if part of that heap is not resident
    /// @param live heap in use after a collection, bytes; 0 if there was none
    private record Memory(long rss, long beyondHeap, long live) {
        static Memory of(Stack stack, HttpClient http, URI target) throws IOException, InterruptedException {
            String metrics = ProcessFigures.metrics(http, target);
            long rss = ProcessFigures.rss(stack.service().pid());
            return new Memory(rss, rss - ProcessFigures.heapCommitted(metrics), 0);
        }

        static Memory collected(Stack stack, HttpClient http, URI target) throws IOException, InterruptedException {
            ProcessFigures.collectGarbage(stack.service().pid());
            Memory now = of(stack, http, target);
            return new Memory(now.rss(), now.beyondHeap(),
                    ProcessFigures.heapUsed(ProcessFigures.metrics(http, target)));
        }

        @Override
        public String toString() {
            return "RSS %d MiB, %d beyond the heap".formatted(rss >> 20, beyondHeap >> 20)
                    + (live > 0 ? ", heap after collection %d MiB".formatted(live >> 20) : "");
        }
    }
}
