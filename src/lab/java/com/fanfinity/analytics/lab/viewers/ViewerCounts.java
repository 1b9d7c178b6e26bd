package com.fanfinity.analytics.lab.viewers;

import static java.util.Objects.requireNonNull;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;

/// Counters of the viewers of a process, which can be added over processes.
final class ViewerCounts {

    /// The counters.
    enum Count {
        /// Viewers that received the state of their match.
        CONNECTED,
        /// Viewers that gave up without a stream.
        GAVE_UP,
        /// Attempts to connect that failed or got another status than 200 or 503.
        FAILED_CONNECTS,
        /// Answers with 503, because there are too many viewers.
        TOO_MANY,
        /// Connections that were closed or broke after the start of their stream.
        CUT_OFF,
        BYTES,
        METRICS,
        EVENTS,
        MINUTES,
        RELOADS,
        COMMENTS,
        OTHER,
        /// Updates that were replaced by a newer state.
        CONFLATED,
        /// Metrics with an older version than the previous ones, or frames of another match.
        WRONG,
        /// Missed goals, and repeated goals.
        MISSED_GOALS,
        REPEATED_GOALS,
        /// Rounds of the selector over 20 ms, and the longest round in microseconds (the sum over processes).
        STALLS,
        LONGEST_STALL_MICROS
    }

    private final Map<Count, long[]> counts = new EnumMap<>(Count.class);

    ViewerCounts() {
        for (Count count : Count.values()) {
            counts.put(count, new long[1]);
        }
    }

    private long[] cell(Count count) {
        return requireNonNull(counts.get(count));
    }

    void add(Count count, long n) {
        cell(count)[0] += n;
    }

    void max(Count count, long n) {
        cell(count)[0] = Math.max(get(count), n);
    }

    long get(Count count) {
        return cell(count)[0];
    }

    /// Frames with content.
    long messages() {
        return get(Count.METRICS) + get(Count.EVENTS) + get(Count.MINUTES) + get(Count.RELOADS) + get(Count.OTHER);
    }

    ViewerCounts plus(ViewerCounts other) {
        return with(other, 1);
    }

    ViewerCounts minus(ViewerCounts earlier) {
        return with(earlier, -1);
    }

    private ViewerCounts with(ViewerCounts other, int sign) {
        var sum = new ViewerCounts();
        counts.keySet().forEach(count -> sum.add(count, get(count) + sign * other.get(count)));
        return sum;
    }

    void writeTo(DataOutput out) throws IOException {
        for (Count count : Count.values()) {
            out.writeLong(get(count));
        }
    }

    static ViewerCounts readFrom(DataInput in) throws IOException {
        var read = new ViewerCounts();
        for (Count count : Count.values()) {
            read.add(count, in.readLong());
        }
        return read;
    }
}
