package com.fanfinity.analytics.lab.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/// An honest client during an attack, from another address than the attacker. It sends single events and probes, each
/// on a connection of its own, at fixed times: a stall of the service delays no later request.
final class Bystander implements AutoCloseable {

    static final String MATCH = "bystander";

    private static final Duration POST_EVERY = Duration.ofMillis(100);
    private static final Duration PROBE_EVERY = Duration.ofMillis(500);
    private static final Duration POST_LIMIT = Duration.ofSeconds(10);
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(5);

    private static final int MOST_EXAMPLES = 10;

    /// The status of a request without an answer.
    private static final int NO_ANSWER = 0;

    private final InetSocketAddress service;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
    private final Histogram micros = new ConcurrentHistogram(TimeUnit.MINUTES.toMicros(1), 3);
    private final Map<Integer, Integer> byStatus = new ConcurrentSkipListMap<>();
    private final AtomicInteger unexplained = new AtomicInteger();

    /// The first requests without a good answer, with their time and cause.
    private final Queue<String> examples = new ConcurrentLinkedQueue<>();
    private final long began = System.nanoTime();
    private final AtomicInteger probes = new AtomicInteger();
    private final AtomicInteger failedProbes = new AtomicInteger();

    Bystander(InetSocketAddress service) {
        this.service = service;
        repeat(POST_EVERY, this::post);
        repeat(PROBE_EVERY, this::probe);
    }

    @SuppressWarnings("FutureReturnValueIgnored")
    private void repeat(Duration every, Runnable request) {
        clock.scheduleAtFixedRate(() -> requests.execute(request), 0, every.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// The event of a fan, so that its time is now.
    static byte[] event() {
        return RawHttp.post("/api/events", "application/json", ("{\"matchId\":\"" + MATCH
                + "\",\"eventType\":\"share\",\"timestamp\":\"" + Instant.now() + "\"}").getBytes(
                        UTF_8));
    }

    private void post() {
        long start = System.nanoTime();
        int status = NO_ANSWER;
        try {
            RawHttp.Reply reply = RawHttp.once(service, event(), POST_LIMIT);
            status = reply.status();
            if (status != 202 && (status != 503 || reply.header("retry-after").isEmpty())) {
                unexplained.incrementAndGet();
                example("an event got " + reply.text().lines().findFirst().orElse(""), start);
            }
        } catch (IOException e) {
            unexplained.incrementAndGet();
            example("an event: " + e, start);
        }
        byStatus.merge(status, 1, Integer::sum);
        micros.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start));
    }

    private void probe() {
        probes.incrementAndGet();
        long start = System.nanoTime();
        try {
            int status = RawHttp.once(service, RawHttp.get("/health/live"), PROBE_LIMIT).status();
            if (status != 200) {
                failedProbes.incrementAndGet();
                example("a probe got " + status, start);
            }
        } catch (IOException e) {
            failedProbes.incrementAndGet();
            example("a probe: " + e, start);
        }
    }

    private void example(String what, long start) {
        if (examples.size() < MOST_EXAMPLES) {
            examples.add(String.format(Locale.ROOT, "after %.2f s, for %.0f ms: %s", (start - began) / 1e9,
                    (System.nanoTime() - start) / 1e6, what));
        }
    }

    /// Ends the requests, and judges their answers.
    void judge(Attack.Tolerance tolerance, Findings findings) {
        close();
        double p99 = micros.getValueAtPercentile(99) / 1e3;
        int all = (int) micros.getTotalCount();
        int accepted = byStatus.getOrDefault(202, 0);
        findings.figure("others: %d events, by status %s, p50 %.0f ms, p99 %.0f ms; %d probes, %d failed", all,
                byStatus, micros.getValueAtPercentile(50) / 1e3, p99, probes.get(), failedProbes.get());
        examples.forEach(example -> findings.figure("%s", example));
        findings.require(all > 0 && probes.get() > 0, "no other client sent an event or a probe");
        findings.require(failedProbes.get() == 0, "%d of %d probes failed", failedProbes.get(), probes.get());
        findings.require(unexplained.get() == 0, "%d of %d events of others had no answer, or neither 202 nor 503 "
                + "with Retry-After", unexplained.get(), all);
        findings.require(tolerance.refusals() || accepted == all, "%d of %d events of others were not accepted",
                all - accepted, all);
        findings.require(p99 <= tolerance.p99().toMillis(), "the p99 of others is %.0f ms, more than %d ms", p99,
                tolerance.p99().toMillis());
    }

    /// Waits for the answers that are outstanding.
    @Override
    public void close() {
        clock.close();
        requests.close();
    }
}
