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

/// An open-model load of single-event requests. Each request is sent at its scheduled time, independent of the server,
/// and its latency starts at that time, so that a stall is fully visible (no coordinated omission). Loopback addresses
/// only.
public final class OpenLoad {
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private OpenLoad() {}

    /// The distribution of the intervals between requests.
    public enum Arrivals {
        CONSTANT,
        POISSON
    }

    /// @param rate requests a second
    /// @param duration the length of the sending, at most ten minutes
    /// @param connections keep-alive connections, each with at most one request in flight
    /// @param matches the number of matches, which get events in turn
    /// @param run a part of the match ids, `bench-<run>-<match>`
    /// @param firstSequence the first number; a second run with the same name continues at the end of the first one
    /// @param threads the number of sending threads; one is enough for about 30,000 requests a second
    /// @param seed the seed of Poisson arrivals
    /// @param drain the time limit for outstanding answers at the end
    /// @param tick zero sleeps in the selector: it needs the least CPU, and sends a request up to a millisecond late,
    ///     which counts as latency; a positive tick polls at this interval, with less delay and more CPU
    /// @param sendLate whether requests that were due while every connection was busy are still sent after the
    ///     duration; if not, they count as unsent
    public record Options(double rate, Duration duration, int connections, int matches, String run, int firstSequence,
            Arrivals arrivals,
            int threads, long seed, Duration drain, Duration tick, boolean sendLate) {
        public Options {
            require(rate > 0 && rate <= 1_000_000, "rate must be above 0");
            require(duration.isPositive() && duration.compareTo(LONGEST) <= 0, "duration must be at most " + LONGEST);
            require(threads >= 1 && threads <= 8 && connections >= threads, "1 to 8 threads, each with a connection");
            require(matches >= 1 && firstSequence >= 0, "matches from 1, sequences from 0");
            require(run.matches("[A-Za-z0-9.-]{1,64}"), "run must be letters, digits, dots and dashes");
        }

        public static Options of(double rate, Duration duration, int connections, int matches, String run) {
            return new Options(rate, duration, connections, matches, run, 0, Arrivals.CONSTANT, 1, 1,
                    Duration.ofSeconds(10),
                    Duration.ZERO, true);
        }

        public Options at(double newRate, Duration newDuration, int newFirstSequence) {
            return new Options(newRate, newDuration, connections, matches, run, newFirstSequence, arrivals, threads,
                    seed, drain, tick,
                    sendLate);
        }

        public Options with(Arrivals newArrivals, int newThreads, Duration newDrain, Duration newTick) {
            return new Options(rate, duration, connections, matches, run, firstSequence, newArrivals, newThreads, seed,
                    newDrain, newTick,
                    sendLate);
        }

        public Options withConnections(int newConnections) {
            return new Options(rate, duration, newConnections, matches, run, firstSequence, arrivals, threads, seed,
                    drain, tick, sendLate);
        }

        public Options withoutLateSends() {
            return new Options(rate, duration, connections, matches, run, firstSequence, arrivals, threads, seed, drain,
                    tick, false);
        }

        /// The total number of requests.
        public int count() {
            return (int) Math.round(rate * duration.toNanos() / 1e9);
        }

        private static void require(boolean condition, String message) {
            if (!condition) {
                throw new IllegalArgumentException(message);
            }
        }
    }

    /// @param latencyNanos latencies of all requests, including errors, from their scheduled time
    /// @param acceptedNanos latencies of 202s, from the write to the socket to the end of the answer
    /// @param refusedNanos latencies of all other answers, likewise
    /// @param byStatus the number of answers by HTTP status
    /// @param errors broken connections, and requests without an answer
    /// @param unsent requests that found no free connection in time; with `sendLate` they are errors instead
    /// @param withoutRetryAfter answers other than 202 without a `Retry-After`
    /// @param sent requests written to a socket
    /// @param acknowledged the events with a 202
    /// @param elapsed from the first scheduled time to the last answer
    /// @param cpuSeconds CPU of the sending threads, including system time
    public record LoadResult(Histogram latencyNanos, Histogram acceptedNanos, Histogram refusedNanos,
            Map<Integer, Long> byStatus,
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
    /// @throws IOException if the first connections fail
    /// @throws IllegalArgumentException if the target is not on this machine
    public static LoadResult run(URI target, Options options) throws IOException, InterruptedException {
        var address = new InetSocketAddress(target.getHost(), target.getPort());
        if (address.isUnresolved() || !address.getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException("the target must be a loopback address");
        }
        var events = new EventTemplates(target, options.run(), options.matches());
        var senders = new ArrayList<LoadThread>();
        var schedules = new ArrayList<Schedule>();
        for (int thread = 0; thread < options.threads(); thread++) {
            var schedule = new Schedule(options, thread, options.threads());
            int share = options.connections() / options.threads()
                    + (thread < options.connections() % options.threads() ? 1 : 0);
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
        List<Thread> threads = senders.stream()
                .map(sender -> Thread.ofPlatform().daemon().name("open-load").start(sender)).toList();
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            threads.forEach(Thread::interrupt);
            throw e;
        }
    }

    private static LoadResult merge(List<LoadThread> senders, EventTemplates events, Duration elapsed) {
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
        return new LoadResult(latency, accepted, refused, byStatus, errors, unsent, withoutRetryAfter, sent, ledger,
                elapsed, cpu);
    }
}
