package com.fanfinity.analytics.lab.chaos;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
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

import com.fanfinity.analytics.kafka.KafkaClients;
import com.fanfinity.analytics.lab.verify.AcceptedModel;
import com.fanfinity.analytics.lab.verify.Guarantee;
import com.fanfinity.analytics.lab.verify.LedgerCheck;
import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.Stack;

/// One run: load, faults by the plan, then a wait until all is processed, and the verdict.
final class ChaosRun {

    private static final int MATCHES = 40;
    /// The number of matches to read, enough to cover most of 12 partitions.
    private static final int MATCHES_READ = 12;
    private static final Duration REST_LIMIT = Duration.ofMinutes(4);
    private static final Duration SETTLE = Duration.ofMinutes(2);
    private static final Duration DELIVERED_LIMIT = Duration.ofMinutes(1);
    /// A stopped service has lost its session after it.
    private static final Duration STOPPED = KafkaClients.SINK_SESSION_TIMEOUT.plusSeconds(5);
    private static final int FEWEST_FAULTS_A_MINUTE = 15;

    private final Stack stack;
    private final ClickHouseRelays relays;
    private final Plan plan;
    private final long seed;
    private final int eventsPerSecond;
    private final Consumer<String> out;
    private final long startedAt = System.nanoTime();
    private final AcceptedModel accepted = new AcceptedModel();
    private final AtomicInteger visits = new AtomicInteger();
    private final AtomicInteger lasting = new AtomicInteger();
    private final Map<String, SupervisedComponent> parts = new TreeMap<>();

    /// @param stack a running stack without events
    /// @param relays between its services and ClickHouse
    /// @param out receives one line at a time
    ChaosRun(Stack stack, ClickHouseRelays relays, Plan plan, long seed, int eventsPerSecond, Consumer<String> out) {
        this.stack = stack;
        this.relays = relays;
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
                ApiClient api = stack.client();
                CountWatch counts = new CountWatch(api, "fanfinity", this::log);
                MoveWatch moves = new MoveWatch(stack.kafka().bootstrapServers());
                PrintWriter journal = new PrintWriter(
                        Files.newBufferedWriter(stack.directory().resolve("inserts.log")), true);
                InvalidRecords invalid = new InvalidRecords(stack.kafka().bootstrapServers());
                ChaosClient client = new ChaosClient(new Targets(stack.serviceUrls()), accepted,
                        (_, begun) -> watch.accepted(begun))) {
            watch.start();
            counts.start();
            moves.start();
            invalid.start();
            relays.listen((fault, service, request) -> befell(fault, service, request, watch),
                    insert -> journal.println(timed(insert)));
            disturbUnderLoad(feed, client, watch);
            List<String> broken = awaitRest(api, client);
            for (SupervisedComponent part : parts.values()) {
                part.release();
            }
            broken.addAll(guarantees(api, client, invalid.finish()));
            counts.finish();
            broken.addAll(counts.broken());
            broken.addAll(tooFewFaults(moves));
            report(client, broken, List.of(counts.summary(), moves.summary()), watch);
            return broken.isEmpty();
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
            for (RelayFault fault : plan.relayFaults()) {
                var _ = disturber.schedule(() -> relays.plan(fault), fault.at().toMillis(), TimeUnit.MILLISECONDS);
            }
            for (Plan.Visit visit : plan.visits()) {
                var _ = disturber.schedule(() -> visit(visit), visit.at().toMillis(), TimeUnit.MILLISECONDS);
            }
            new ChaosLoad(feed, client, new Random(seed), eventsPerSecond, ChaosLoad.BURST_FACTOR).run(plan.length());
        } // waits for the disturbances that are not finished
        relays.drop();
        log("end of the load: %d events accepted, %d without a 202".formatted(accepted.total(), client.pending()));
    }

    private void visit(Plan.Visit visit) {
        log("another sink joins for " + visit.lasts().toSeconds() + " s");
        try (VisitingSink _ = VisitingSink.join(stack)) {
            Thread.sleep(visit.lasts());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        visits.incrementAndGet();
        log("  another sink has left");
    }

    private void befell(RelayFault fault, String service, String request, RecoveryWatch watch) {
        log("%s %s: %s".formatted(service, fault, request));
        SupervisedComponent sender = part(service);
        switch (fault.kind()) {
            case HOLD_AND_KILL -> {
                watch.disturbed();
                sender.kill(Duration.ZERO);
            }
            case HOLD_AND_STOP -> {
                watch.disturbed();
                Thread.ofVirtual().start(() -> stop(sender));
            }
            case HOLD, HOLD_ANSWER, SLOW, CUT_REQUEST, CUT_ANSWER, DUPLICATE, STALL -> {
                // no fault of a process
            }
        }
    }

    private static void stop(SupervisedComponent part) {
        part.stop();
        try {
            Thread.sleep(STOPPED);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            part.resume();
        }
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

    /// Waits until all events are stored. Bytes that the relays still hold then arrive, as late as possible.
    ///
    /// @return a sentence if the system does not come to rest
    private List<String> awaitRest(ApiClient api, ChaosClient client) throws InterruptedException {
        long started = System.nanoTime();
        List<ApiClient> services = stack.serviceUrls().stream().map(url -> new ApiClient(url, stack.clickHouse().url()))
                .toList();
        List<String> broken = new ArrayList<>();
        try {
            Await.until(REST_LIMIT, "all events have a 202", () -> client.pending() == 0);
            for (ApiClient service : services) {
                Await.until(REST_LIMIT, "all services are ready", () -> service.get("/health/ready").status() == 200);
            }
            Await.until(REST_LIMIT, "all events are stored", () -> Long.parseLong(
                    api.rows("SELECT count() FROM fanfinity.match_events").getFirst()) >= accepted.total());
            relays.release();
            Await.until(DELIVERED_LIMIT, "the relays have delivered all requests", () -> relays.undelivered() == 0);
            log("all processed after %.1f s".formatted((System.nanoTime() - started) / 1e9));
        } catch (AssertionError e) {
            broken.add(String.valueOf(e.getMessage()));
        } finally {
            services.forEach(ApiClient::close);
        }
        return broken;
    }

    private List<String> guarantees(ApiClient api, ChaosClient client, long invalid)
            throws IOException, InterruptedException {
        Guarantee.Verdict verdict = new Guarantee(api, accepted, stack.kafka().bootstrapServers(), SETTLE, invalid)
                .verdict();
        out.accept("%d records in Kafka, of which %d are invalid and the service recognized %d as duplicates".formatted(
                verdict.received(), invalid, verdict.duplicates()));
        List<String> broken = new ArrayList<>(verdict.broken());
        broken.addAll(new LedgerCheck(stack.serviceUrls(), stack.clickHouse().url(), SETTLE).broken(accepted.total()));
        client.refused().stream().limit(5).forEach(refused -> broken.add("rejected: " + refused));
        if (client.pending() > 0) {
            broken.add(client.pending() + " events did not get their 202");
        }
        return broken;
    }

    /// A run without enough faults proves little.
    private List<String> tooFewFaults(MoveWatch moves) {
        List<String> sentences = new ArrayList<>();
        long fewest = FEWEST_FAULTS_A_MINUTE * plan.length().toMinutes();
        if (faults() < fewest) {
            sentences.add("only %d faults instead of %d".formatted(faults(), fewest));
        }
        if (moves.ofSink() < 2L * visits.get()) {
            sentences.add("only %d partitions moved in %d visits of another sink".formatted(moves.ofSink(),
                    visits.get()));
        }
        return sentences;
    }

    private int faults() {
        return parts.values().stream().mapToInt(part -> part.kills() + part.stops()).sum() + relays.faults();
    }

    private void report(ChaosClient client, List<String> broken, List<String> summaries, RecoveryWatch watch) {
        parts.values().forEach(part -> out.accept(
                "%-12s %3d kills, %3d stops, %3d restarts".formatted(part.name(), part.kills(), part.stops(),
                        part.restarts())));
        out.accept(relays.summary());
        out.accept("kills, stops and faults of the network: " + faults());
        summaries.forEach(out);
        out.accept("accepted %d events; %d of them got a second 202".formatted(accepted.total(),
                client.repeatsAccepted()));
        out.accept("repeated requests by outcome: " + client.unanswered());
        out.accept("recovery, with continuous reads of %d matches:".formatted(MATCHES_READ));
        watch.table().forEach(out);
        broken.forEach(sentence -> out.accept("BROKEN " + sentence));
        out.accept((broken.isEmpty() ? "PASSED" : "FAILED") + " with SEED=" + seed + ", after "
                + Duration.ofNanos(System.nanoTime() - startedAt).toSeconds() + " s");
    }

    private void log(String line) {
        out.accept(timed(line));
    }

    private String timed(String line) {
        return "%7.2f s  %s".formatted((System.nanoTime() - startedAt) / 1e9, line);
    }
}
