package com.fanfinity.analytics.lab.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

import com.fanfinity.analytics.lab.verify.EventJson;

/// A steady load, with occasional bursts as after a goal: for two seconds a multiple of the steady load, in one match.
public final class ChaosLoad {

    private static final Duration TICK = Duration.ofMillis(20);
    private static final Duration BURST = Duration.ofSeconds(2);
    /// The size of a burst, as a multiple of the steady load.
    static final int BURST_FACTOR = 10;
    /// For a load without bursts.
    public static final int NO_BURSTS = 1;
    private static final int MOST_IN_A_BATCH = 30;

    private final ChaosFeed feed;
    private final ChaosClient client;
    private final Random random;
    private final double eventsPerTick;
    private final int burstFactor;
    private volatile boolean stopped;

    public ChaosLoad(ChaosFeed feed, ChaosClient client, Random random, int eventsPerSecond, int burstFactor) {
        this.feed = feed;
        this.client = client;
        this.random = random;
        this.eventsPerTick = eventsPerSecond * TICK.toNanos() / 1e9;
        this.burstFactor = burstFactor;
    }

    /// Ends the load after the events that are due.
    public void stop() {
        stopped = true;
    }

    /// Sends for `length`, or until it is stopped. It does not repeat ticks that it missed while the client was full.
    public void run(Duration length) throws InterruptedException {
        long start = System.nanoTime();
        long burstAt = start + secondsToNextBurst();
        double due = 0;
        for (long next = start; next - start < length.toNanos() && !stopped; next = Math.max(next + TICK.toNanos(),
                System.nanoTime() - TICK.toNanos())) {
            LockSupport.parkNanos(next - System.nanoTime());
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            due += eventsPerTick;
            send((int) due, _ -> feed.next());
            due -= (int) due;
            if (next >= burstAt) {
                int match = feed.anyMatch();
                send((int) (eventsPerTick * (burstFactor - 1)), _ -> feed.next(match));
                if (next >= burstAt + BURST.toNanos()) {
                    burstAt = next + secondsToNextBurst();
                }
            }
        }
    }

    private long secondsToNextBurst() {
        return TimeUnit.SECONDS.toNanos(random.nextLong(8, 20));
    }

    private void send(int count, IntFunction<EventJson> events) throws InterruptedException {
        List<EventJson> request = new ArrayList<>();
        int size = nextSize();
        for (int i = 0; i < count; i++) {
            request.add(events.apply(i));
            if (request.size() >= size) {
                client.send(request);
                request.clear();
                size = nextSize();
            }
        }
        if (!request.isEmpty()) {
            client.send(request);
        }
    }

    /// Every second request is a single event.
    private int nextSize() {
        return random.nextBoolean() ? 1 : random.nextInt(2, MOST_IN_A_BATCH);
    }
}
