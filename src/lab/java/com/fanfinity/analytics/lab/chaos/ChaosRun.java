package com.fanfinity.analytics.lab.chaos;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import com.fanfinity.analytics.lab.verify.AcceptedModel;
import com.fanfinity.analytics.lab.verify.Guarantee;
import com.fanfinity.analytics.lab.verify.LedgerCheck;
import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.Stack;

/// One run: load, disturbances by the plan, then a wait until all is processed, and the verdict.
final class ChaosRun {

    private static final int MATCHES = 40;
    /// The number of matches to read, enough to cover most of 12 partitions.
    private static final int MATCHES_READ = 12;
    private static final Duration REST_LIMIT = Duration.ofMinutes(4);
    private static final Duration SETTLE = Duration.ofMinutes(2);

    private final Stack stack;
    private final Plan plan;
    private final long seed;
    private final int eventsPerSecond;
    private final Consumer<String> out;
    private final long startedAt = System.nanoTime();
    private final AcceptedModel accepted = new AcceptedModel();
    private final AtomicInteger lasting = new AtomicInteger();
    private final Map<String, SupervisedComponent> parts = new TreeMap<>();

    /// @param stack a running stack without events
    /// @param out receives one line at a time
    ChaosRun(Stack stack, Plan plan, long seed, int eventsPerSecond, Consumer<String> out) {
        this.stack = stack;
        this.plan = plan;
        this.seed = seed;
        this.eventsPerSecond = eventsPerSecond;
        this.out = out;
    }

    /// @return whether the guarantee held
    boolean run() throws IOException, InterruptedException {
        supervise();
        ChaosFeed feed = new ChaosFeed(new Random(seed), Long.toString(seed), MATCHES);
        try (RecoveryWatch watch = new RecoveryWatch(stack.serviceUrls(), stack.clickHouse().url(),
                new HashSet<>(feed.matchIds().subList(0, MATCHES_READ)), accepted::total);
                ChaosClient client = new ChaosClient(new Targets(stack.serviceUrls()), accepted,
                        (_, begun) -> watch.accepted(begun))) {
            watch.start();
            disturbUnderLoad(feed, client, watch);
            boolean atRest = awaitRest(client);
            for (SupervisedComponent part : parts.values()) {
                part.release();
            }
            return report(client, watch, atRest);
        }
    }

    private void supervise() {
        parts.put("kafka", new SupervisedComponent("kafka", stack.kafka(), this::log));
        parts.put("clickhouse", new SupervisedComponent("clickhouse", stack.clickHouse(), this::log));
        for (int i = 0; i < stack.services().size(); i++) {
            String name = "service-" + (i + 1);
            parts.put(name, new SupervisedComponent(name, stack.services().get(i), this::log));
        }
    }

    private void disturbUnderLoad(ChaosFeed feed, ChaosClient client, RecoveryWatch watch) throws InterruptedException {
        try (ScheduledExecutorService disturber = Executors.newScheduledThreadPool(8, Thread.ofVirtual().factory())) {
            for (Disturbance disturbance : plan.disturbances()) {
                var _ = disturber.schedule(() -> disturb(disturbance, client, watch, disturber),
                        disturbance.at().toMillis(),
                        TimeUnit.MILLISECONDS);
            }
            new ChaosLoad(feed, client, new Random(seed), eventsPerSecond, ChaosLoad.BURST_FACTOR).run(plan.length());
        } // waits for the disturbances that are not finished
        log("end of the load: %d events accepted, %d without a 202".formatted(accepted.total(), client.pending()));
    }

    private void disturb(Disturbance disturbance, ChaosClient client, RecoveryWatch watch,
            ScheduledExecutorService disturber) {
        log("%s; %d accepted, %d pending".formatted(disturbance, accepted.total(), client.pending()));
        watch.disturbed();
        long from = System.nanoTime();
        try (var together = Executors.newVirtualThreadPerTaskExecutor()) {
            for (String name : disturbance.parts()) {
                SupervisedComponent part = part(name);
                together.execute(() -> hit(part, disturbance));
            }
            if (!disturbance.kind().lasts()) {
                measure(watch, disturbance, from);
            }
        }
        if (disturbance.kind().lasts()) {
            lasting.incrementAndGet();
            var _ = disturber.schedule(() -> end(disturbance, watch), disturbance.lasts().toMillis(),
                    TimeUnit.MILLISECONDS);
        }
    }

    private SupervisedComponent part(String name) {
        return requireNonNull(parts.get(name), name);
    }

    private static void hit(SupervisedComponent part, Disturbance disturbance) {
        switch (disturbance.kind()) {
            case KILL -> part.kill(Duration.ZERO);
            case KEEP_DOWN -> part.kill(disturbance.lasts());
            case STOP -> part.stop();
            case RESTART -> part.restart();
        }
    }

    private void end(Disturbance disturbance, RecoveryWatch watch) {
        if (disturbance.kind() == Disturbance.DisturbanceKind.STOP) {
            disturbance.parts().forEach(name -> part(name).resume());
        }
        log("  over: " + disturbance);
        lasting.decrementAndGet();
        measure(watch, disturbance, System.nanoTime());
    }

    /// Only if no other component is stopped or down, which would distort the measurement.
    private void measure(RecoveryWatch watch, Disturbance disturbance, long from) {
        if (lasting.get() == 0) {
            watch.recovering(disturbance.group(), from);
        }
    }

    private boolean awaitRest(ChaosClient client) throws IOException, InterruptedException {
        long started = System.nanoTime();
        List<ApiClient> services = stack.serviceUrls().stream().map(url -> new ApiClient(url, stack.clickHouse().url()))
                .toList();
        try {
            Await.until(REST_LIMIT, "all events have a 202", () -> client.pending() == 0);
            for (ApiClient service : services) {
                Await.until(REST_LIMIT, "all services are ready", () -> service.get("/health/ready").status() == 200);
            }
            log("all processed after %.1f s".formatted((System.nanoTime() - started) / 1e9));
            return true;
        } catch (AssertionError e) {
            log(String.valueOf(e.getMessage()));
            return false;
        } finally {
            services.forEach(ApiClient::close);
        }
    }

    private boolean report(ChaosClient client, RecoveryWatch watch, boolean atRest)
            throws IOException, InterruptedException {
        Guarantee.Verdict verdict;
        try (ApiClient api = stack.client()) {
            verdict = new Guarantee(api, accepted, stack.kafka().bootstrapServers(), SETTLE).verdict();
        }
        List<String> broken = new ArrayList<>(verdict.broken());
        broken.addAll(new LedgerCheck(stack.serviceUrls(), stack.clickHouse().url(), SETTLE).broken(accepted.total()));
        client.refused().stream().limit(5).forEach(refused -> broken.add("rejected: " + refused));
        if (!atRest) {
            broken.add(client.pending() + " events did not get their 202");
        }
        parts.values().forEach(part -> out.accept(
                "%-12s %3d kills, %3d stops, %3d restarts".formatted(part.name(), part.kills(), part.stops(),
                        part.restarts())));
        out.accept("total of kills and stops: "
                + parts.values().stream().mapToInt(part -> part.kills() + part.stops()).sum());
        out.accept("accepted %d events; %d of them got a second 202".formatted(accepted.total(),
                client.repeatsAccepted()));
        out.accept("%d records in Kafka, of which the service recognized %d as duplicates".formatted(verdict.received(),
                verdict.duplicates()));
        out.accept("repeated requests by outcome: " + client.unanswered());
        out.accept("recovery, with continuous reads of %d matches:".formatted(MATCHES_READ));
        watch.table().forEach(out);
        broken.forEach(sentence -> out.accept("BROKEN " + sentence));
        out.accept((broken.isEmpty() ? "PASSED" : "FAILED") + " with SEED=" + seed + ", after "
                + Duration.ofNanos(System.nanoTime() - startedAt).toSeconds() + " s");
        return broken.isEmpty();
    }

    private void log(String line) {
        out.accept("%6.1f s  %s".formatted((System.nanoTime() - startedAt) / 1e9, line));
    }
}
