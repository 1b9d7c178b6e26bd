package com.fanfinity.analytics.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;

import com.fanfinity.analytics.event.EventIds;

/// Replays a recorded match, at a multiple of its own pace or as fast as the service accepts it.
/// Exit status: 0 if all events were accepted, 1 if some were not, 2 for invalid arguments.
///
/// Events of one match are sent in the order of the file, one request at a time. Several matches of one file are sent
/// concurrently.
final class Replay {
    private static final int IN_FLIGHT = 8;
    private static final int HELD = 4 * MatchQueues.BATCH;
    private static final int SINGLES_UP_TO = 32;

    private final ReplayOptions options;
    private final SimulatorClock clock;
    private final RandomGenerator random;
    private final RetryPolicy retry;
    private final ReplayReport report = new ReplayReport();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private volatile double fractionRead;

    Replay(ReplayOptions options, RetryPolicy retry, SimulatorClock clock, RandomGenerator random) {
        this.options = requireNonNull(options, "options is null");
        this.retry = requireNonNull(retry, "retry is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.random = requireNonNull(random, "random is null");
    }

    static void main(String[] args) {
        System.exit(run(args, System.out, System.err));
    }

    @SuppressWarnings("SystemOut")
    private static int run(String[] args, PrintStream out, PrintStream err) {
        try {
            var options = ReplayOptions.from(args, System.getenv());
            out.println("replaying " + options.file() + " to " + options.target());
            var replay = new Replay(options, RetryPolicy.bounded(), SimulatorClock.system(),
                    RandomGenerator.getDefault());
            return replay.runUntilDoneOrStopped(out, ReplayProgress.onTerminal());
        } catch (UsageException e) {
            err.println(e.getMessage());
            return 2;
        } catch (IOException e) {
            err.println("cannot read the file: " + e.getMessage());
            return 2;
        }
    }

    /// Ctrl-C interrupts the sending, and the process ends after the summary.
    private int runUntilDoneOrStopped(PrintStream out, boolean terminal) throws IOException {
        Thread main = Thread.currentThread();
        var summaryPrinted = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
            if (summaryPrinted.getCount() > 0) {
                main.interrupt();
                awaitQuietly(summaryPrinted);
            }
        }));
        try {
            return run(out, terminal);
        } finally {
            summaryPrinted.countDown();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            boolean _ = latch.await(5, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Replays, prints progress and summary, and returns the exit status.
    ///
    /// @throws IOException if the file cannot be read
    int run(PrintStream out, boolean terminal) throws IOException {
        long start = clock.nanoTime();
        try (var sender = new EventSender(options.target(), retry, IN_FLIGHT, clock, random, report);
                var queues = new MatchQueues(sender, options.atMaxSpeed() ? 0 : SINGLES_UP_TO, HELD, this::outcome);
                var _ = new ReplayProgress(out, terminal, () -> snapshot(start))) {
            send(queues);
        } catch (InterruptedException _) {
            report.cutShort();
            out.println("stopped");
        }
        out.print(report.summary(Duration.ofNanos(clock.nanoTime() - start)));
        return report.exitStatus();
    }

    private ReplayProgress.ProgressSnapshot snapshot(long start) {
        return new ReplayProgress.ProgressSnapshot(fractionRead, report.settled(),
                Duration.ofNanos(clock.nanoTime() - start));
    }

    private void outcome(SendOutcome outcome) {
        report.outcome(outcome);
        switch (outcome) {
            case SendOutcome.Completed _ -> {
            }
            case SendOutcome.RetriesExhausted _,SendOutcome.Aborted _ -> {
                stopped.set(true); // later events would be out of order
                report.cutShort();
            }
        }
    }

    private void send(MatchQueues queues) throws IOException, InterruptedException {
        var uuids = new EventIds(clock::now, random::nextLong);
        double size = Math.max(1, Files.size(options.file()));
        long number = 0;
        long chars = 0;
        var pace = new Pace(options.speed(), clock);
        var chunk = new ArrayList<WireEvent>();
        try (BufferedReader lines = Files.newBufferedReader(options.file(), UTF_8)) {
            for (String line = lines.readLine(); line != null && !stopped.get(); line = lines.readLine()) {
                number++;
                chars += line.length() + 1;
                if (!line.isBlank()) {
                    report.read(1);
                    accept(ReplayLine.parse(number, line, () -> uuids.next().toString()), pace, chunk, queues);
                }
                fractionRead = Math.min(1, chars / size);
            }
        }
        flush(chunk, queues);
        queues.awaitEmpty();
    }

    private void accept(ReplayLine line, Pace pace, List<WireEvent> chunk, MatchQueues queues)
            throws InterruptedException {
        switch (line) {
            case ReplayLine.UnreadableLine unreadable -> report.unreadable(unreadable);
            case ReplayLine.EventLine(WireEvent event, Optional<Instant> at) when options.atMaxSpeed() -> {
                chunk.add(event);
                if (chunk.size() == MatchQueues.BATCH) {
                    flush(chunk, queues);
                }
            }
            case ReplayLine.EventLine(WireEvent event, Optional<Instant> at) -> {
                pace.await(at);
                queues.offer(List.of(event));
            }
        }
    }

    private static void flush(List<WireEvent> chunk, MatchQueues queues) throws InterruptedException {
        var byMatch = new LinkedHashMap<String, List<WireEvent>>();
        chunk.forEach(event -> byMatch.computeIfAbsent(event.matchId(), _ -> new ArrayList<>()).add(event));
        for (List<WireEvent> events : byMatch.values()) {
            queues.offer(events);
        }
        chunk.clear();
    }
}
