package com.fanfinity.analytics.lab.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

import org.HdrHistogram.Histogram;

import com.fanfinity.analytics.lab.bench.OpenLoad.Options;
import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.peers.PeerSignature;
import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.Stack;

/// `make bench-instances`: throughput of one, two and three instances on this machine, with client, broker and engine
/// on the same processors; throughput if one match gets all events; and the latency of reads that another instance
/// answers.
final class ScaleBench {
    private static final double MORE_THAN_ANY = 100_000;
    private static final int CONNECTIONS = 64;
    private static final int MATCHES = 100;
    private static final Duration WARM_UP = Duration.ofSeconds(15);
    private static final Duration MEASURED = Duration.ofSeconds(10);
    private static final Duration SETTLE = Duration.ofMinutes(4);
    private static final int BATCH = 1_000;
    private static final int BATCHES = 150;
    private static final int SENDERS = 3;
    private static final int READS = 4_000;

    private final PrintStream out;
    private final AtomicLong nextEvent = new AtomicLong();

    private ScaleBench(PrintStream out) {
        this.out = out;
    }

    @SuppressWarnings("SystemOut")
    static void main() throws Exception {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
        ScaleBench bench = new ScaleBench(System.out);
        for (int instances = 1; instances <= 3; instances++) {
            try (Stack stack = Stack.start("scale-" + instances, instances)) {
                bench.singles(stack, WARM_UP);
                bench.out.printf(Locale.ROOT, "%d instances: %s%n", instances, bench.singles(stack, MEASURED));
                bench.out.printf(Locale.ROOT, "%d instances, batches of %d, %d matches: %s%n", instances, BATCH,
                        MATCHES,
                        bench.batches(stack, "many" + instances, MATCHES));
                if (instances == 1) {
                    bench.out.printf(Locale.ROOT, "%d instances, batches of %d, one match: %s%n", instances, BATCH,
                            bench.batches(stack, "hot", 1));
                }
                if (instances == 2) {
                    bench.reads(stack);
                }
            }
        }
        System.exit(0);
    }

    /// Single events over closed-loop connections, spread over all instances.
    private String singles(Stack stack, Duration duration) throws InterruptedException, ExecutionException {
        List<String> urls = stack.serviceUrls();
        long began = System.nanoTime();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<OpenLoad.LoadResult>> runs = new ArrayList<>();
            for (String url : urls) {
                Options options = Options.of(MORE_THAN_ANY / urls.size(), duration, CONNECTIONS / urls.size(), MATCHES,
                        "s" + nextEvent.incrementAndGet()).withoutLateSends();
                runs.add(executor.submit(() -> OpenLoad.run(URI.create(url), options)));
            }
            long accepted = 0;
            for (Future<OpenLoad.LoadResult> run : runs) {
                accepted += run.get().acknowledged().total();
                var settled = new SettledTotals(run.get().acknowledged().byMatch())
                        .inService(URI.create(urls.getFirst()), SETTLE);
                if (!settled.exact()) {
                    return "totals differ: " + settled.differing();
                }
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            return "%.0f single events/s accepted, %.0f/s until all were counted (%d)".formatted(
                    accepted * 1e9 / duration.toNanos(), accepted / seconds, accepted);
        }
    }

    /// Batches from a few senders, spread over all instances, until all events are counted.
    private String batches(Stack stack, String name, int matches) throws InterruptedException, ExecutionException {
        long began = System.nanoTime();
        AtomicInteger left = new AtomicInteger(BATCHES);
        AtomicLong accepted = new AtomicLong();
        AtomicLong refused = new AtomicLong();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> senders = new ArrayList<>();
            for (int sender = 0; sender < SENDERS; sender++) {
                String url = stack.serviceUrls().get(sender % stack.services().size());
                senders.add(executor.submit(() -> {
                    try (ApiClient api = new ApiClient(url, stack.clickHouse().url())) {
                        while (left.decrementAndGet() >= 0) {
                            long first = nextEvent.getAndAdd(BATCH);
                            List<String> events = IntStream.range(0, BATCH)
                                    .mapToObj(i -> EventJson
                                            .of(name + '-' + (first + i) % matches, "reaction", first + i).json())
                                    .toList();
                            (api.postBatch(events).status() == 202 ? accepted : refused).addAndGet(BATCH);
                        }
                        return null;
                    }
                }));
            }
            for (Future<?> sender : senders) {
                sender.get();
            }
        }
        double sending = (System.nanoTime() - began) / 1e9;
        try (ApiClient api = stack.client()) {
            Await.until(SETTLE, "all events are counted", () -> total(api, name, matches),
                    found -> found >= accepted.get());
        }
        double counting = (System.nanoTime() - began) / 1e9;
        return "%.0f events/s accepted, %.0f/s until all were counted (%d, %d refused)".formatted(
                accepted.get() / sending,
                accepted.get() / counting, accepted.get(), refused.get());
    }

    private static long total(ApiClient api, String name, int matches) throws IOException, InterruptedException {
        long total = 0;
        for (int match = 0; match < matches; match++) {
            total += api.get("/api/matches/" + name + '-' + match + "/metrics").json().path("totalEvents").asLong();
        }
        return total;
    }

    /// Alternates reads of matches on the requested instance with reads of matches on another instance.
    private void reads(Stack stack) throws IOException, InterruptedException {
        IntFunction<String> path = match -> "/api/matches/many2-" + match + "/metrics";
        List<Integer> here = new ArrayList<>();
        List<Integer> elsewhere = new ArrayList<>();
        try (ApiClient peer = new ApiClient(stack.internalUrls().getFirst(), stack.clickHouse().url());
                ApiClient api = new ApiClient(stack.service().url(), stack.clickHouse().url())) {
            for (int match = 0; match < MATCHES; match++) {
                String asked = path.apply(match);
                int status = peer
                        .ask(asked, request -> request
                                .header(PeerSignature.HEADER,
                                        Stack.peerSignature(stack.internalUrls().getFirst(), asked, "active"))
                                .header("X-Copy", "active").GET())
                        .status();
                (status == 200 ? here : elsewhere).add(match);
            }
            for (String round : List.of("warm-up", "measured")) {
                Histogram local = new Histogram(3);
                Histogram routed = new Histogram(3);
                for (int i = 0; i < READS; i++) {
                    time(api, path.apply(here.get(i % here.size())), local);
                    time(api, path.apply(elsewhere.get(i % elsewhere.size())), routed);
                }
                out.printf(Locale.ROOT,
                        "reads, %s: local p50 %.2f ms, p99 %.2f ms; routed p50 %.2f ms, p99 %.2f ms (%.1f times)%n",
                        round, local.getValueAtPercentile(50) / 1e6, local.getValueAtPercentile(99) / 1e6,
                        routed.getValueAtPercentile(50) / 1e6, routed.getValueAtPercentile(99) / 1e6,
                        (double) routed.getValueAtPercentile(99) / local.getValueAtPercentile(99));
            }
        }
    }

    private static void time(ApiClient api, String path, Histogram nanos) throws IOException, InterruptedException {
        long start = System.nanoTime();
        int status = api.get(path).status();
        nanos.recordValue(System.nanoTime() - start);
        if (status != 200) {
            throw new IllegalStateException(path + " answers " + status);
        }
    }
}
