package com.fanfinity.analytics.simulator;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends the events of a match day to the service until it is stopped: several matches at a time, and a new one when
/// one ends. While the service is down it holds a bounded number of events and the matches wait; no event is dropped.
final class Simulator implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Simulator.class);
    private static final int IN_FLIGHT = 16;
    private static final int SINGLES_UP_TO = 8;
    private static final int MAX_HELD = 20_000;

    private final SimulatedMatchDay day;
    private final SimulatorClock clock;
    private final EventSender sender;
    private final MatchQueues queues;
    private final ExecutorService slots = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean rejected;

    Simulator(SimulatedMatchDay day, ServiceTarget target, SimulatorClock clock, RandomGenerator random) {
        this.day = requireNonNull(day, "day is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.sender = new EventSender(target, RetryPolicy.endless(), IN_FLIGHT, clock, random, new OutageLog(clock));
        this.queues = new MatchQueues(sender, SINGLES_UP_TO, MAX_HELD, this::outcome);
    }

    @SuppressWarnings("SystemOut")
    static void main() throws InterruptedException {
        try {
            var options = SimulatorOptions.from(System.getenv());
            var clock = SimulatorClock.system();
            String run = Long.toString(clock.now().getEpochSecond(), 36);
            var day = new SimulatedMatchDay(run, options.seed(), options.matches(), options.speed());
            var simulator = new Simulator(day, options.target(), clock, RandomGenerator.getDefault());
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
                simulator.close();
                Runtime.getRuntime().halt(simulator.exitStatus()); // a stop signal is the normal end, so not 143
            }));
            log.atInfo().addKeyValue("target", options.target()).addKeyValue("matches", options.matches())
                    .addKeyValue("speed", options.speed()).addKeyValue("seed", options.seed()).log("match day starts");
            simulator.start();
            simulator.awaitStop();
        } catch (UsageException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
    }

    void start() {
        for (int slot = 0; slot < day.slots(); slot++) {
            int number = slot;
            slots.execute(() -> playUntilStopped(number));
        }
    }

    /// Waits until the simulator is closed, or the service has rejected it permanently.
    void awaitStop() throws InterruptedException {
        stopped.await();
    }

    private void playUntilStopped(int slot) {
        try {
            play(slot);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // close()
        }
    }

    private void play(int slot) throws InterruptedException {
        MatchScript match = day.first(slot, clock.now());
        for (int round = 1; true; round++) {
            play(match);
            match = day.next(slot, round, clock.now());
        }
    }

    private void play(MatchScript match) throws InterruptedException {
        Fixture fixture = match.fixture();
        log.atInfo().addKeyValue("matchId", fixture.matchId()).addKeyValue("home", fixture.home().name())
                .addKeyValue("away", fixture.away().name()).log("match starts");
        for (SimulatedEvent event : match.events()) {
            Instant due = day.due(match, event);
            clock.sleep(Duration.between(clock.now(), due));
            queues.offer(List.of(event.wire()));
        }
    }

    private void outcome(SendOutcome outcome) {
        if (!outcome.rejections().isEmpty()) {
            var first = outcome.rejections().getFirst();
            log.atError().addKeyValue("events", outcome.rejections().size()).addKeyValue("reason", first.reason())
                    .log("service rejected simulated events");
        }
        switch (outcome) {
            case SendOutcome.Completed _ -> {
            }
            case SendOutcome.RetriesExhausted exhausted -> stop(exhausted.reason());
            case SendOutcome.Aborted aborted -> stop(aborted.reason());
        }
    }

    private void stop(String reason) {
        if (stopped.getCount() > 0) {
            log.atError().addKeyValue("reason", reason)
                    .log("service rejects the simulator: check TARGET_URL and API_KEY");
        }
        rejected = true;
        stopped.countDown();
        slots.shutdownNow();
    }

    /// 1 if the service rejected the simulator permanently, else 0.
    int exitStatus() {
        return rejected ? 1 : 0;
    }

    /// Stops at once and drops the held events.
    @Override
    public void close() {
        slots.shutdownNow();
        queues.close();
        sender.close();
        stopped.countDown();
    }
}
