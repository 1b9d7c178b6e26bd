package com.fanfinity.analytics.lab.bench;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

import com.fanfinity.analytics.lab.verify.PersistentSender;
import com.fanfinity.analytics.stack.ApiClient;

/// A steady stream of events of some matches: half of them singly, half in batches. One event in twenty is sent twice,
/// at once or up to a thousand events later. Requests without a 202 are repeated, so each sent event must be counted
/// once.
final class SoakLoad implements AutoCloseable {
    private static final int WORKERS = 4;
    private static final Duration TICK = Duration.ofMillis(250);
    private static final int REPEATED_ONE_IN = 20;
    private static final int REPEATED_WITHIN = 1_000;
    private static final List<String> TYPES = List.of("pass", "pass", "duel", "touch", "reaction", "shot", "throw_in",
            "foul");

    private final String run;
    private final double rate;
    private final ApiClient api;
    private final PersistentSender sender;
    private final AtomicLongArray sent;
    private final AtomicLong repeats = new AtomicLong();
    private final List<Thread> workers = new ArrayList<>();
    private volatile boolean over;

    /// @param run a part of the match ids, `bench-<run>-<match>`
    /// @param rate different events a second
    SoakLoad(URI service, URI clickHouse, String run, double rate, int matches) {
        this.run = run;
        this.rate = rate;
        this.api = new ApiClient(service.toString(), clickHouse.toString());
        this.sender = new PersistentSender(api);
        this.sent = new AtomicLongArray(matches);
    }

    void start() {
        for (int worker = 0; worker < WORKERS; worker++) {
            int number = worker;
            workers.add(Thread.ofPlatform().name("soak-load").daemon().start(() -> work(number)));
        }
    }

    /// Stops sending, and waits until all events in flight are acknowledged.
    void stop() throws InterruptedException {
        over = true;
        for (Thread worker : workers) {
            worker.join();
        }
    }

    /// The number of acknowledged events of each match, without repeats.
    Map<String, Long> byMatch() {
        var counts = new HashMap<String, Long>();
        for (int match = 0; match < sent.length(); match++) {
            if (sent.get(match) > 0) {
                counts.put(matchId(match), sent.get(match));
            }
        }
        return counts;
    }

    long total() {
        return byMatch().values().stream().mapToLong(Long::longValue).sum();
    }

    /// The number of deliberately repeated events.
    long repeats() {
        return repeats.get();
    }

    /// The number of requests repeated because they got no 202.
    int retries() {
        return sender.repeated();
    }

    private void work(int worker) {
        var random = new SplittableRandom(worker);
        int perTick = Math.max(2, (int) Math.round(rate * TICK.toMillis() / 1e3 / WORKERS));
        long due = System.nanoTime();
        for (int next = worker; !over; next += perTick * WORKERS) {
            tick(next, perTick, random);
            due = Math.max(due + TICK.toNanos(), System.nanoTime() - TICK.toNanos());
            while (System.nanoTime() < due && !over) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
        }
    }

    private void tick(int first, int count, SplittableRandom random) {
        var batch = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            int sequence = first + i * WORKERS;
            String event = event(sequence);
            if (i % 2 == 0) {
                sender.one(event);
            } else {
                batch.add(event);
            }
            if (random.nextInt(REPEATED_ONE_IN) == 0) {
                batch.add(event(
                        Math.max(first % WORKERS, sequence - WORKERS * random.nextInt(REPEATED_WITHIN / WORKERS))));
                repeats.incrementAndGet();
            }
        }
        sender.batch(batch);
        for (int i = 0; i < count; i++) {
            sent.incrementAndGet((first + i * WORKERS) % sent.length());
        }
    }

    private String event(int sequence) {
        int match = sequence % sent.length();
        return """
                {"eventId":"%s","matchId":"%s","eventType":"%s","timestamp":"%s","teamId":"team-%d","playerId":"player-%d",\
                "metadata":{"minute":12,"detail":"Simple","x":50,"y":51}}"""
                .formatted(
                        new UUID(((long) run.hashCode() << 32) | 0x8000L, 0x8000_0000_0000_0000L | sequence),
                        matchId(match),
                        TYPES.get(sequence / sent.length() % TYPES.size()), Instant.now(), match * 2 + sequence % 2,
                        sequence % 440);
    }

    private String matchId(int match) {
        return "bench-" + run + "-" + match;
    }

    @Override
    public void close() {
        over = true;
        api.close();
    }
}
