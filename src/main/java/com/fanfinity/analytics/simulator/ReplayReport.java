package com.fanfinity.analytics.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import org.HdrHistogram.Histogram;

import com.fanfinity.analytics.simulator.SendOutcome.Rejection;

/// Counts the outcomes of a replay's events. Thread-safe.
///
/// read = accepted + rejected + not accepted, after the last outcome. Events that an interrupted replay did not send
/// are not accepted.
final class ReplayReport implements SendListener {
    private static final int REASONS = 10;
    private static final long LONGEST_MICROS = 120_000_000;

    private final Histogram latencyMicros = new Histogram(LONGEST_MICROS, 3);
    private final Map<String, Long> responses = new TreeMap<>();
    private final List<Rejection> firstRejections = new ArrayList<>();
    private long read;
    private long accepted;
    private long rejected;
    private long retried;
    private boolean cutShort;
    private String lastFailure = "";

    @Override
    public synchronized void answered(int status, int events, Duration latency) {
        responses.merge("HTTP " + status, 1L, Long::sum);
        latencyMicros.recordValue(Math.clamp(latency.toNanos() / 1000, 0, LONGEST_MICROS));
    }

    @Override
    public synchronized void failed(int events, String reason) {
        responses.merge(reason, 1L, Long::sum);
    }

    @Override
    public synchronized void retrying(int events, String reason, Duration wait) {
        retried += events;
    }

    synchronized void read(int events) {
        read += events;
    }

    synchronized void unreadable(ReplayLine.UnreadableLine line) {
        reject(List.of(new Rejection(line.number(), line.reason())));
    }

    synchronized void outcome(SendOutcome outcome) {
        accepted += outcome.accepted();
        reject(outcome.rejections());
        switch (outcome) {
            case SendOutcome.Completed _ -> {
            }
            case SendOutcome.RetriesExhausted notTaken -> lastFailure = notTaken.reason();
            case SendOutcome.Aborted refused -> lastFailure = refused.reason();
        }
    }

    /// Keeps the rejections of the lowest line numbers, in any order of the answers.
    private void reject(List<Rejection> rejections) {
        rejected += rejections.size();
        firstRejections.addAll(rejections);
        firstRejections.sort(Comparator.comparingLong(Rejection::tag));
        firstRejections.subList(Math.min(REASONS, firstRejections.size()), firstRejections.size()).clear();
    }

    /// Events that have their final outcome from the service, or were never fit to be sent.
    synchronized long settled() {
        return accepted + rejected;
    }

    /// The file was not read to its end.
    synchronized void cutShort() {
        cutShort = true;
    }

    /// 0 if the whole file was read and every event accepted, else 1.
    synchronized int exitStatus() {
        return accepted == read && !cutShort ? 0 : 1;
    }

    synchronized String summary(Duration elapsed) {
        double seconds = Math.max(elapsed.toNanos() / 1e9, 1e-9);
        var text = new StringBuilder();
        text.append(
                String.format(Locale.ROOT,
                        "%d events in %.1f s (%.0f/s): %d accepted, %d rejected, %d not accepted, %d sent again%n",
                        read,
                        seconds, accepted / seconds, accepted, rejected, read - accepted - rejected, retried));
        responses.forEach((response, count) -> text.append(String.format("  %-24s %d requests%n", response, count)));
        if (latencyMicros.getTotalCount() > 0) {
            text.append(String.format(Locale.ROOT, "  latency per request      p50 %.1f ms, p99 %.1f ms%n",
                    latencyMicros.getValueAtPercentile(50) / 1e3, latencyMicros.getValueAtPercentile(99) / 1e3));
        }
        firstRejections.forEach(r -> text.append(String.format("  line %d: %s%n", r.tag(), r.reason())));
        if (rejected > firstRejections.size()) {
            text.append(String.format("  and %d more%n", rejected - firstRejections.size()));
        }
        if (cutShort) {
            text.append(String.format("  the rest of the file was not sent%n"));
        }
        if (!lastFailure.isEmpty()) {
            text.append(String.format("  last failure: %s%n", lastFailure));
        }
        return text.toString();
    }
}
