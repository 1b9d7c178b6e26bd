package com.fanfinity.analytics.instances;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

import com.fanfinity.analytics.testing.ApiClient;
import com.fanfinity.analytics.testing.Await;
import com.fanfinity.analytics.testing.EventJson;

/// A steady mix of reads and writes over many matches, on whichever instances serve, and a judge of every answer: it must never count more
/// events than were sent, nor fewer than had been acknowledged before its own `asOf`.
final class ReadWriteMix implements AutoCloseable {

    private static final Duration RIGHT_AFTER_A_KILL = Duration.ofSeconds(10);
    private static final Duration SETTLE = Duration.ofMinutes(2);
    private static final int WRITERS = 4;
    private static final int READERS = 4;
    private static final int MOST_FAULTS = 20;

    /// Of one phase of the run.
    record Figures(long reads, long writes, long stale, long unavailable, long unavailableAfterKills, Histogram readMicros,
            Histogram ageMicros, Map<Integer, Long> byStatus) {

        double unavailableShare() {
            return reads == 0 ? 0 : (double) unavailable / reads;
        }

        @Override
        public String toString() {
            return "%,d reads (%d stale, %d answered 503, %d more within 10 s of a kill), p50 %.1f ms, p99 %.1f ms, max %.0f ms; age of answers p50 %.0f ms, p99 %.0f ms; %,d writes; other answers %s"
                    .formatted(reads, stale, unavailable, unavailableAfterKills, readMicros.getValueAtPercentile(50) / 1e3,
                            readMicros.getValueAtPercentile(99) / 1e3, readMicros.getMaxValue() / 1e3,
                            ageMicros.getValueAtPercentile(50) / 1e3,
                            ageMicros.getValueAtPercentile(99) / 1e3, writes, byStatus);
        }
    }

    private final Fleet fleet;
    private final List<MatchModel> models;
    private final Duration writePause;
    private final Duration readPause;
    private final AtomicLong nextEvent = new AtomicLong();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;
    private volatile Phase phase = new Phase();

    private static final class Phase {
        private final AtomicLong reads = new AtomicLong();
        private final AtomicLong writes = new AtomicLong();
        private final AtomicLong stale = new AtomicLong();
        private final AtomicLong unavailable = new AtomicLong();
        private final AtomicLong unavailableAfterKills = new AtomicLong();
        private final Histogram readMicros = new ConcurrentHistogram(3);
        private final Histogram ageMicros = new ConcurrentHistogram(3);
        private final Map<Integer, Long> otherStatus = new ConcurrentHashMap<>();
    }

    /// @param writesPerSecond and
    /// @param readsPerSecond about so many, over all threads
    ReadWriteMix(Fleet fleet, int matches, int writesPerSecond, int readsPerSecond) {
        this.fleet = fleet;
        this.models = IntStream.range(0, matches).mapToObj(_ -> new MatchModel()).toList();
        this.writePause = Duration.ofSeconds(WRITERS).dividedBy(writesPerSecond);
        this.readPause = Duration.ofSeconds(READERS).dividedBy(readsPerSecond);
    }

    /// Sends each match its first event, then starts the threads.
    void start() {
        for (int match = 0; match < models.size(); match++) {
            write(match);
        }
        for (int i = 0; i < WRITERS; i++) {
            threads.add(Thread.ofPlatform().name("writer-" + i).start(() -> paced(writePause, () -> write(anyMatch()))));
        }
        for (int i = 0; i < READERS; i++) {
            threads.add(Thread.ofPlatform().name("reader-" + i).start(() -> paced(readPause, () -> read(anyMatch()))));
        }
    }

    /// What was seen since the last call.
    Figures figures() {
        Phase over = phase;
        phase = new Phase();
        return new Figures(over.reads.get(), over.writes.get(), over.stale.get(), over.unavailable.get(), over.unavailableAfterKills.get(),
                over.readMicros, over.ageMicros, Map.copyOf(over.otherStatus));
    }

    /// Answers that were wrong, the first of them.
    List<String> faults() {
        return List.copyOf(faults);
    }

    long reads() {
        return phase.reads.get();
    }

    /// Stops the load and awaits that every instance that serves counts exactly what was acknowledged.
    void settle() {
        stop();
        for (int instance = 0; instance < fleet.size(); instance++) {
            if (fleet.isServing(instance)) {
                ApiClient client = fleet.client(instance);
                for (int match = 0; match < models.size(); match++) {
                    int number = match;
                    int expected = models.get(match).sent();
                    Await.until(SETTLE, expected + " events of match " + match,
                            () -> client.get(path(number)).json().path("totalEvents").asInt(),
                            found -> found == expected);
                }
            }
        }
    }

    private void stop() {
        stopping = true;
        threads.forEach(thread -> {
            try {
                thread.join();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void paced(Duration pause, Runnable step) {
        while (!stopping) {
            long began = System.nanoTime();
            step.run();
            LockSupport.parkNanos(pause.toNanos() - (System.nanoTime() - began));
        }
    }

    private int anyMatch() {
        return ThreadLocalRandom.current().nextInt(models.size());
    }

    private static String match(int number) {
        return "mix-" + number;
    }

    private static String path(int number) {
        return "/api/matches/" + match(number) + "/metrics";
    }

    /// Sends one event until it is acknowledged, the same one each time.
    private void write(int match) {
        MatchModel model = models.get(match);
        String event = EventJson.of(match(match), "reaction", nextEvent.incrementAndGet()).json();
        model.sending();
        while (true) {
            Optional<Integer> instance = fleet.any();
            try {
                if (instance.isPresent() && fleet.client(instance.get()).postEvent(event).status() == 202) {
                    model.acknowledged(micros(Instant.now()));
                    phase.writes.incrementAndGet();
                    return;
                }
            } catch (IOException _) {
                // It was killed, or went down, with the request under way; another one is asked.
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    private void read(int match) {
        Optional<Integer> instance = fleet.any();
        if (instance.isEmpty()) {
            return;
        }
        Phase now = phase;
        Instant began = Instant.now();
        long start = System.nanoTime();
        try {
            ApiClient.Answer answer = fleet.client(instance.get()).get(path(match));
            long took = System.nanoTime() - start;
            now.reads.incrementAndGet();
            now.readMicros.recordValue(took / 1_000);
            judge(now, match, instance.get(), began, answer);
        } catch (IOException e) {
            if (fleet.isServing(instance.get()) && !fleet.killedWithin(Duration.ofSeconds(2), Instant.now())) {
                fault("instance " + instance.get() + " broke off: " + e);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void judge(Phase now, int match, int instance, Instant began, ApiClient.Answer answer) throws IOException {
        if (answer.status() == 503) {
            (fleet.killedWithin(RIGHT_AFTER_A_KILL, began) ? now.unavailableAfterKills : now.unavailable).incrementAndGet();
            return;
        }
        if (answer.status() != 200) {
            now.otherStatus.merge(answer.status(), 1L, Long::sum);
            fault("instance " + instance + " answers " + answer.status() + " for match " + match + ": " + answer.body());
            return;
        }
        JsonNode body = answer.json();
        long asOf = micros(Instant.parse(body.required("asOf").asText()));
        int counted = body.required("totalEvents").asInt();
        int least = models.get(match).acknowledgedBefore(asOf);
        int most = models.get(match).sent();
        now.ageMicros.recordValue(Math.max(0, micros(began) - asOf));
        if (body.required("stale").asBoolean()) {
            now.stale.incrementAndGet();
        }
        if (counted < least || counted > most) {
            fault("instance " + instance + " counts " + counted + " events of match " + match + ", from " + least + " to " + most
                    + " would be right: " + answer.body());
        }
    }

    private void fault(String what) {
        if (faults.size() < MOST_FAULTS) {
            faults.add(Instant.now() + " " + what);
        }
    }

    private static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    @Override
    public void close() {
        stop();
    }
}
