package com.fanfinity.analytics.lab.viewers;

/// The send and acknowledgement times of the events of one kind, by match and number from 1. Microseconds since 1970; 0
/// means none.
final class EventTimes {
    private final long[][] sent;
    private final long[][] accepted;
    private final int[] counts;

    /// @param most the maximum number of events of a match
    EventTimes(int matches, int most) {
        sent = new long[matches][most + 1];
        accepted = new long[matches][most + 1];
        counts = new int[matches];
    }

    /// Keeps the first time.
    void sent(int match, int number, long micros) {
        if (sent[match][number] == 0) {
            sent[match][number] = micros;
        }
    }

    void accepted(int match, int number, long micros) {
        accepted[match][number] = micros;
        counts[match] = number;
    }

    long sentAt(int match, int number) {
        return sent[match][number];
    }

    long acceptedAt(int match, int number) {
        return accepted[match][number];
    }

    /// The number of acknowledged events of a match, which are always the first ones.
    int count(int match) {
        return counts[match];
    }

    long total() {
        long total = 0;
        for (int count : counts) {
            total += count;
        }
        return total;
    }
}
