package com.fanfinity.analytics.http;

/// How fast the client of one connection takes answers. Only the time counts in which a write waits for the client, and
/// it counts across requests. A client that is not behind is therefore never slow. Not thread-safe.
final class ReaderPace {

    private static final long MIN_BYTES_PER_SECOND = 1_024;

    private boolean waiting;
    private long waitingSince;
    private long waited;
    private long takenBefore;

    /// A write has begun to wait for the client.
    ///
    /// @param taken the bytes that the client has taken so far
    void beginWait(long now, long taken) {
        if (waited == 0) {
            takenBefore = taken;
        }
        waiting = true;
        waitingSince = now;
    }

    void endWait(long now) {
        if (waiting) {
            waited += Math.max(1, now - waitingSince);
            waiting = false;
        }
    }

    /// Whether the client took too little in the time for which writes waited. Before that time has reached
    /// `patienceNanos` the answer is no; afterwards a new measurement begins.
    boolean checkTooSlow(long now, long taken, long patienceNanos) {
        long total = waited + (waiting ? now - waitingSince : 0);
        if (total < patienceNanos) {
            return false;
        }
        boolean tooSlow = (double) (taken - takenBefore) / total < MIN_BYTES_PER_SECOND / 1e9;
        waited = 0;
        waitingSince = now;
        takenBefore = taken;
        return tooSlow;
    }
}
