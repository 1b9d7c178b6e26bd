package com.fanfinity.analytics.lab.instances;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

import com.fasterxml.jackson.databind.JsonNode;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

import com.fanfinity.analytics.stack.ApiClient;

/// Steady reads of many matches on the serving instances, with a check of every answer. An answer must not count more
/// events than were sent, nor fewer than were acknowledged before its `asOf`.
final class JudgedReads implements AutoCloseable {

    private static final Duration RIGHT_AFTER_A_KILL = Duration.ofSeconds(10);
    private static final int READERS = 4;
    private static final int MOST_FAULTS = 20;

    /// The figures of one phase of the run.
    record Figures(long reads, long stale, long unavailable, long unavailableAfterKills, Histogram readMicros,
            Histogram ageMicros,
            Map<Integer, Long> byStatus) {

        double unavailableShare() {
            return reads == 0 ? 0 : (double) unavailable / reads;
        }

        @Override
        public String toString() {
            return ("%,d reads (%d stale, %d with 503, %d more within 10 s of a kill), p50 %.1f ms, p99 %.1f ms, "
                    + "max %.0f ms; age of answers p50 %.0f ms, p99 %.0f ms; other statuses %s")
                    .formatted(reads, stale, unavailable, unavailableAfterKills,
                            readMicros.getValueAtPercentile(50) / 1e3,
                            readMicros.getValueAtPercentile(99) / 1e3, readMicros.getMaxValue() / 1e3,
                            ageMicros.getValueAtPercentile(50) / 1e3,
                            ageMicros.getValueAtPercentile(99) / 1e3, byStatus);
        }
    }

    private static final class Phase {
        private final AtomicLong reads = new AtomicLong();
        private final AtomicLong stale = new AtomicLong();
        private final AtomicLong unavailable = new AtomicLong();
        private final AtomicLong unavailableAfterKills = new AtomicLong();
        private final Histogram readMicros = new ConcurrentHistogram(3);
        private final Histogram ageMicros = new ConcurrentHistogram(3);
        private final Map<Integer, Long> otherStatus = new ConcurrentHashMap<>();
    }

    private final Fleet fleet;
    private final List<MatchModel> models;
    private final Duration pause;
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final Paced threads = new Paced();
    private volatile Phase phase = new Phase();

    /// @param models the matches to read, once each is known
    /// @param perSecond the approximate rate over all threads
    JudgedReads(Fleet fleet, List<MatchModel> models, int perSecond) {
        this.fleet = fleet;
        this.models = List.copyOf(models);
        this.pause = Duration.ofSeconds(READERS).dividedBy(perSecond);
    }

    void start() {
        threads.start("reader", READERS, pause, () -> {
            MatchModel model = models.get(ThreadLocalRandom.current().nextInt(models.size()));
            if (model.isKnown()) {
                read(model);
            }
        });
    }

    /// The figures since the last call.
    Figures figures() {
        Phase over = phase;
        phase = new Phase();
        return new Figures(over.reads.get(), over.stale.get(), over.unavailable.get(), over.unavailableAfterKills.get(),
                over.readMicros,
                over.ageMicros, Map.copyOf(over.otherStatus));
    }

    /// The first wrong answers.
    List<String> faults() {
        return List.copyOf(faults);
    }

    /// Counted since the last call of [#figures()].
    long reads() {
        return phase.reads.get();
    }

    static String path(MatchModel model) {
        return "/api/matches/" + model.matchId() + "/metrics";
    }

    private void read(MatchModel model) {
        Optional<Integer> instance = fleet.any();
        if (instance.isEmpty()) {
            return;
        }
        Phase now = phase;
        Instant began = Instant.now();
        long start = System.nanoTime();
        try {
            ApiClient.Answer answer = fleet.client(instance.get()).get(path(model));
            long took = System.nanoTime() - start;
            now.reads.incrementAndGet();
            now.readMicros.recordValue(took / 1_000);
            judge(now, model, instance.get(), began, answer);
        } catch (IOException e) {
            if (fleet.isServing(instance.get()) && !fleet.killedWithin(Duration.ofSeconds(2), Instant.now())) {
                fault("instance " + instance.get() + " closed the connection: " + e);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void judge(Phase now, MatchModel model, int instance, Instant began, ApiClient.Answer answer)
            throws IOException {
        if (answer.status() == 503) {
            (fleet.killedWithin(RIGHT_AFTER_A_KILL, began) ? now.unavailableAfterKills : now.unavailable)
                    .incrementAndGet();
            return;
        }
        if (answer.status() != 200) {
            now.otherStatus.merge(answer.status(), 1L, Long::sum);
            fault("instance " + instance + " returned " + answer.status() + " for match " + model.matchId() + ": "
                    + answer.body());
            return;
        }
        JsonNode body = answer.json();
        long asOf = micros(Instant.parse(body.required("asOf").asText()));
        int counted = body.required("totalEvents").asInt();
        int least = model.acknowledgedBefore(asOf);
        int most = model.sent();
        now.ageMicros.recordValue(Math.max(0, micros(began) - asOf));
        if (body.required("stale").asBoolean()) {
            now.stale.incrementAndGet();
        }
        if (counted < least || counted > most) {
            fault("instance " + instance + " counts " + counted + " events of match " + model.matchId() + ", from "
                    + least + " to " + most
                    + " would be right: " + answer.body());
        }
    }

    private void fault(String what) {
        if (faults.size() < MOST_FAULTS) {
            faults.add(Instant.now() + " " + what);
        }
    }

    static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    @Override
    public void close() {
        threads.close();
    }
}
