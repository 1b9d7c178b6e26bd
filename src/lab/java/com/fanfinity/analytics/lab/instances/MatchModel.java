package com.fanfinity.analytics.lab.instances;

import java.util.Arrays;

/// What the sender of one match's events knows of it. Safe for use by several threads.
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

    /// Whether an event of it was acknowledged, so that nobody may say that there is no such match.
    synchronized boolean isKnown() {
        return acknowledged > 0;
    }

    /// Told before an event goes out for the first time.
    synchronized void sending() {
        sent++;
    }

    /// Told when an event's 202 is there.
    ///
    /// @param micros since the epoch
    synchronized void acknowledged(long micros) {
        if (acknowledged == acknowledgedAt.length) {
            acknowledgedAt = Arrays.copyOf(acknowledgedAt, 2 * acknowledged);
        }
        // Times of several senders may come in another order than they were taken; they are never far apart.
        int place = acknowledged++;
        while (place > 0 && acknowledgedAt[place - 1] > micros) {
            acknowledgedAt[place] = acknowledgedAt[place - 1];
            place--;
        }
        acknowledgedAt[place] = micros;
    }

    /// The most that can be counted now.
    synchronized int sent() {
        return sent;
    }

    /// The least that an answer must count which says that it is complete up to then.
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
