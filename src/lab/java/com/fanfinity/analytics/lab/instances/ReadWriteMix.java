package com.fanfinity.analytics.lab.instances;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.Await;

/// A steady mix of reads and writes over many matches on the serving instances. [JudgedReads] checks every answer.
final class ReadWriteMix implements AutoCloseable {

    private static final Duration SETTLE = Duration.ofMinutes(2);
    private static final int WRITERS = 4;

    private final Fleet fleet;
    private final List<MatchModel> models;
    private final Duration writePause;
    private final JudgedReads reads;
    private final Paced writers = new Paced();
    private final AtomicLong nextEvent = new AtomicLong();
    private final AtomicLong writes = new AtomicLong();

    /// @param writesPerSecond the approximate rate over all threads
    /// @param readsPerSecond likewise
    ReadWriteMix(Fleet fleet, int matches, int writesPerSecond, int readsPerSecond) {
        this.fleet = fleet;
        this.models = IntStream.range(0, matches).mapToObj(number -> new MatchModel("mix-" + number)).toList();
        this.writePause = Duration.ofSeconds(WRITERS).dividedBy(writesPerSecond);
        this.reads = new JudgedReads(fleet, models, readsPerSecond);
    }

    /// Sends the first event of each match, then starts the threads.
    void start() {
        models.forEach(this::write);
        writers.start("writer", WRITERS, writePause,
                () -> write(models.get(ThreadLocalRandom.current().nextInt(models.size()))));
        reads.start();
    }

    /// The number of events acknowledged since the last call.
    long writes() {
        return writes.getAndSet(0);
    }

    JudgedReads reads() {
        return reads;
    }

    /// Stops the load and waits until every serving instance counts exactly the acknowledged events.
    void settle() {
        close();
        for (int instance = 0; instance < fleet.size(); instance++) {
            if (fleet.isServing(instance)) {
                ApiClient client = fleet.client(instance);
                for (MatchModel model : models) {
                    int expected = model.sent();
                    Await.until(SETTLE, expected + " events of match " + model.matchId(),
                            () -> client.get(JudgedReads.path(model)).json().path("totalEvents").asInt(),
                            found -> found == expected);
                }
            }
        }
    }

    /// Repeats one event until it is acknowledged.
    private void write(MatchModel model) {
        String event = EventJson.of(model.matchId(), "reaction", nextEvent.incrementAndGet()).json();
        model.sending();
        while (true) {
            Optional<Integer> instance = fleet.any();
            try {
                if (instance.isPresent() && fleet.client(instance.get()).postEvent(event).status() == 202) {
                    model.acknowledged(JudgedReads.micros(Instant.now()));
                    writes.incrementAndGet();
                    return;
                }
            } catch (IOException _) {
                // The instance ended during the request; try another one.
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    @Override
    public void close() {
        writers.close();
        reads.close();
    }
}
