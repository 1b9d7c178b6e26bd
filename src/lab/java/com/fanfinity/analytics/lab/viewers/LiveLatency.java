package com.fanfinity.analytics.lab.viewers;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

import org.HdrHistogram.Histogram;

/// The latencies of the events of one kind: from the send time and from the 202 to each viewer, and the time between
/// the first and the last viewer of an event. In microseconds.
final class LiveLatency {
    private static final long LONGEST_MICROS = TimeUnit.MINUTES.toMicros(15);
    private static final List<Double> PERCENTILES = List.of(50.0, 90.0, 99.0, 99.9);

    private final EventTimes times;
    private final int firstNumber;
    private final long epochMicros;
    private final long[][] first;
    private final long[][] last;
    private final long[][] seen;
    private final Histogram fromSend = new Histogram(LONGEST_MICROS, 3);
    private final Histogram fromAccepted = new Histogram(LONGEST_MICROS, 3);
    private long beforeAccepted;
    private long conflated;

    /// @param firstNumber the number of the first measured event
    /// @param epochMicros the origin of arrival times
    LiveLatency(EventTimes times, int matches, int firstNumber, long epochMicros) {
        this.times = times;
        this.firstNumber = firstNumber;
        this.epochMicros = epochMicros;
        this.first = new long[matches][];
        this.last = new long[matches][];
        this.seen = new long[matches][];
        for (int match = 0; match < matches; match++) {
            first[match] = new long[times.count(match) + 1];
            last[match] = new long[times.count(match) + 1];
            seen[match] = new long[times.count(match) + 1];
        }
    }

    void record(Arrival arrival) {
        int match = arrival.match();
        int number = arrival.number();
        if (number < firstNumber || number > times.count(match)) {
            return;
        }
        long at = epochMicros + arrival.micros();
        long sinceAccepted = at - times.acceptedAt(match, number);
        beforeAccepted += sinceAccepted < 0 ? 1 : 0;
        conflated += arrival.conflated() ? 1 : 0;
        fromSend.recordValue(Math.clamp(at - times.sentAt(match, number), 0, LONGEST_MICROS));
        fromAccepted.recordValue(Math.clamp(sinceAccepted, 0, LONGEST_MICROS));
        first[match][number] = seen[match][number] == 0 ? at : Math.min(first[match][number], at);
        last[match][number] = Math.max(last[match][number], at);
        seen[match][number]++;
    }

    /// The number of measured events.
    long events() {
        long events = 0;
        for (long[] ofMatch : seen) {
            events += Math.max(0, ofMatch.length - firstNumber);
        }
        return events;
    }

    /// The number of arrivals: each event once at each viewer.
    long arrivals() {
        return fromAccepted.getTotalCount();
    }

    /// The number of arrivals with a newer state.
    long conflated() {
        return conflated;
    }

    double fromAcceptedMillis(double percentile) {
        return fromAccepted.getValueAtPercentile(percentile) / 1e3;
    }

    /// One line with the latencies from the 202.
    String line(String name) {
        return line(name, fromAccepted);
    }

    List<String> lines(String name) {
        var spread = new Histogram(LONGEST_MICROS, 3);
        var toLast = new Histogram(LONGEST_MICROS, 3);
        var taken = new Histogram(LONGEST_MICROS, 3);
        for (int match = 0; match < seen.length; match++) {
            for (int number = firstNumber; number < seen[match].length; number++) {
                taken.recordValue(
                        Math.clamp(times.acceptedAt(match, number) - times.sentAt(match, number), 0, LONGEST_MICROS));
                if (seen[match][number] > 0) {
                    spread.recordValue(last[match][number] - first[match][number]);
                    toLast.recordValue(
                            Math.clamp(last[match][number] - times.acceptedAt(match, number), 0, LONGEST_MICROS));
                }
            }
        }
        return List.of(line(name + " from its 202", fromAccepted) + (beforeAccepted == 0
                ? ""
                : ", %d were seen before their 202 and count as 0".formatted(beforeAccepted)),
                line(name + " from its sending", fromSend), line("  202 from its sending", taken),
                line("  202 to the last viewer", toLast),
                line("  first to last viewer", spread));
    }

    private static String line(String name, Histogram micros) {
        var line = new StringBuilder(String.format(Locale.ROOT, "%-26s", name));
        for (double percentile : PERCENTILES) {
            line.append(String.format(Locale.ROOT, " p%s %.1f ms,",
                    percentile % 1 == 0 ? String.valueOf((int) percentile) : percentile,
                    micros.getValueAtPercentile(percentile) / 1e3));
        }
        return line
                + String.format(Locale.ROOT, " max %.1f ms (%d)", micros.getMaxValue() / 1e3, micros.getTotalCount());
    }
}
