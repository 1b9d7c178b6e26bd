package com.fanfinity.analytics.lab.instances;

import java.util.Arrays;

/// The events of one match as its sender knows them. Thread-safe.
final class MatchModel {

    private final String matchId;
    private int sent;
    private int acknowledged;
    private long[] acknowledgedAt = new long[16];

    MatchModel(String matchId) {
        this.matchId = matchId;
    }

    String matchId() {
        return matchId;
    }

    /// Whether an event was acknowledged. After that, no instance may return 404.
    synchronized boolean isKnown() {
        return acknowledged > 0;
    }

    /// Called before the first attempt to send an event.
    synchronized void sending() {
        sent++;
    }

    /// Called after the 202 of an event.
    ///
    /// @param micros since the epoch
    synchronized void acknowledged(long micros) {
        if (acknowledged == acknowledgedAt.length) {
            acknowledgedAt = Arrays.copyOf(acknowledgedAt, 2 * acknowledged);
        }
        // Calls of several senders may arrive out of order, but only by a little.
        int place = acknowledged++;
        while (place > 0 && acknowledgedAt[place - 1] > micros) {
            acknowledgedAt[place] = acknowledgedAt[place - 1];
            place--;
        }
        acknowledgedAt[place] = micros;
    }

    /// The maximum that an answer can count now.
    synchronized int sent() {
        return sent;
    }

    /// The minimum that an answer with this `asOf` must count.
    ///
    /// @param micros since the epoch
    synchronized int acknowledgedBefore(long micros) {
        int low = 0;
        int high = acknowledged;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (acknowledgedAt[middle] < micros) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
