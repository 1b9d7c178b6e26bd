package com.fanfinity.analytics.lab.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.HdrHistogram.Histogram;

/// An open-model load of single-event requests: they are sent when they are due, whatever the server does, and each is
/// timed from when it was due, so that a stall shows in full (no coordinated omission). Loopback addresses only.
public final class OpenLoad {
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private OpenLoad() {}

    /// How far requests lie apart.
    public enum Arrivals {
        CONSTANT,
        POISSON
    }

    /// @param rate requests a second
    /// @param duration of the sending, at most ten minutes
    /// @param connections keep-alive connections, each with at most one request under way
    /// @param matches events go to these in turn
    /// @param run names the matches, `bench-<run>-<match>`
    /// @param firstSequence where the numbering starts; a second run under the same name goes on from the first one's end
    /// @param threads that send; one is enough for some 30,000 requests a second
    /// @param seed of Poisson arrivals
    /// @param drain how long to wait for outstanding answers at the end
    /// @param tick zero sleeps in the selector: cheapest, and a request goes out up to a millisecond after it is due (which counts
    /// as latency); above zero polls that often: less of that, more CPU
    /// @param sendLate whether what was due while every connection was busy is still sent when the duration is over; if not, it is left
    /// out and counted as unsent
    public record Options(double rate, Duration duration, int connections, int matches, String run, int firstSequence, Arrivals arrivals,
            int threads, long seed, Duration drain, Duration tick, boolean sendLate) {
        public Options {
            require(rate > 0 && rate <= 1_000_000, "rate must be above 0");
            require(duration.isPositive() && duration.compareTo(LONGEST) <= 0, "duration must be at most " + LONGEST);
            require(threads >= 1 && threads <= 8 && connections >= threads, "1 to 8 threads, each with a connection");
            require(matches >= 1 && firstSequence >= 0, "matches from 1, sequences from 0");
            require(run.matches("[A-Za-z0-9.-]{1,64}"), "run must be letters, digits, dots and dashes");
        }

        public static Options of(double rate, Duration duration, int connections, int matches, String run) {
            return new Options(rate, duration, connections, matches, run, 0, Arrivals.CONSTANT, 1, 1, Duration.ofSeconds(10),
                    Duration.ZERO, true);
        }

        public Options at(double newRate, Duration newDuration, int newFirstSequence) {
            return new Options(newRate, newDuration, connections, matches, run, newFirstSequence, arrivals, threads, seed, drain, tick,
                    sendLate);
        }

        public Options with(Arrivals newArrivals, int newThreads, Duration newDrain, Duration newTick) {
            return new Options(rate, duration, connections, matches, run, firstSequence, newArrivals, newThreads, seed, newDrain, newTick,
                    sendLate);
        }

        public Options over(int newConnections) {
            return new Options(rate, duration, newConnections, matches, run, firstSequence, arrivals, threads, seed, drain, tick, sendLate);
        }

        public Options withoutLateSends() {
            return new Options(rate, duration, connections, matches, run, firstSequence, arrivals, threads, seed, drain, tick, false);
        }

        /// Requests in all.
        public int count() {
            return (int) Math.round(rate * duration.toNanos() / 1e9);
        }

        private static void require(boolean condition, String message) {
            if (!condition) {
                throw new IllegalArgumentException(message);
            }
        }
    }

    /// @param latencyNanos of every request, errors included, from its intended start
    /// @param acceptedNanos of 202s, from the write to the socket to the answer's end
    /// @param refusedNanos of all other answers, likewise
    /// @param byStatus answers by HTTP status
    /// @param errors broken connections, and requests without an answer
    /// @param unsent requests for which no connection was free in time, if they were not to be sent late (else they are errors)
    /// @param withoutRetryAfter answers other than 202 that did not say when to come back
    /// @param sent requests written to a socket
    /// @param acknowledged which events had a 202
    /// @param elapsed from the first intended start to the last answer
    /// @param cpuSeconds of the sending threads, system time included
    public record Result(Histogram latencyNanos, Histogram acceptedNanos, Histogram refusedNanos, Map<Integer, Long> byStatus,
            long errors, long unsent, long withoutRetryAfter, long sent, Ledger acknowledged, Duration elapsed,
            double cpuSeconds) {
        public double cpuMicrosPerRequest() {
            return cpuSeconds * 1e6 / Math.max(1, sent);
        }

        public double latencyMillis(double percentile) {
            return latencyNanos.getValueAtPercentile(percentile) / 1e6;
        }
    }

    /// Opens all connections, sends, waits for the answers.
    ///
    /// @param target scheme http, a loopback host, a port
    /// @throws IOException if the server cannot be connected to at the start
    /// @throws IllegalArgumentException if the target is not on this machine
    public static Result run(URI target, Options options) throws IOException, InterruptedException {
        var address = new InetSocketAddress(target.getHost(), target.getPort());
        if (address.isUnresolved() || !address.getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException("load goes to loopback addresses only");
        }
        var events = new EventTemplates(target, options.run(), options.matches());
        var senders = new ArrayList<LoadThread>();
        var schedules = new ArrayList<Schedule>();
        for (int thread = 0; thread < options.threads(); thread++) {
            var schedule = new Schedule(options, thread, options.threads());
            int share = options.connections() / options.threads() + (thread < options.connections() % options.threads() ? 1 : 0);
            schedules.add(schedule);
            senders.add(new LoadThread(address, share, schedule, events, options.tick().toNanos()));
        }
        long start = System.nanoTime() + Duration.ofMillis(5).toNanos();
        schedules.forEach(schedule -> schedule.startAt(start));
        senders.forEach(sender -> sender.endAt(start + options.duration().toNanos(), options));
        join(senders);
        return merge(senders, events, Duration.ofNanos(System.nanoTime() - start));
    }

    private static void join(List<LoadThread> senders) throws InterruptedException {
        List<Thread> threads = senders.stream().map(sender -> Thread.ofPlatform().daemon().name("open-load").start(sender)).toList();
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            threads.forEach(Thread::interrupt);
            throw e;
        }
    }

    private static Result merge(List<LoadThread> senders, EventTemplates events, Duration elapsed) {
        var latency = new Histogram(LoadThread.LONGEST_NANOS, 3);
        var accepted = new Histogram(LoadThread.LONGEST_NANOS, 3);
        var refused = new Histogram(LoadThread.LONGEST_NANOS, 3);
        var byStatus = new TreeMap<Integer, Long>();
        var ledger = new Ledger(events);
        for (LoadThread sender : senders) {
            latency.add(sender.latencyNanos);
            accepted.add(sender.acceptedNanos);
            refused.add(sender.refusedNanos);
            ledger.addAll(sender.ledger);
            for (int status = 0; status < sender.byStatus.length; status++) {
                if (sender.byStatus[status] > 0) {
                    byStatus.merge(status, sender.byStatus[status], Long::sum);
                }
            }
        }
        long errors = senders.stream().mapToLong(sender -> sender.errors).sum();
        long unsent = senders.stream().mapToLong(sender -> sender.unsent).sum();
        long withoutRetryAfter = senders.stream().mapToLong(sender -> sender.withoutRetryAfter).sum();
        long sent = senders.stream().mapToLong(sender -> sender.sent).sum();
        double cpu = senders.stream().mapToLong(sender -> sender.cpuNanos).sum() / 1e9;
        return new Result(latency, accepted, refused, byStatus, errors, unsent, withoutRetryAfter, sent, ledger, elapsed, cpu);
    }
}
