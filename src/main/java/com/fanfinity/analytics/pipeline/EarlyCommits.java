package com.fanfinity.analytics.pipeline;

import java.time.Duration;

/// When to ask for a commit before its time: what is published shows to others only with the commit, so a lone event would wait for half an
/// interval on average.
///
/// A commit is one of all tasks of a stream thread, so it is a thread's events that count: a thread that has little to do may ask once an
/// interval; one that is busy doesn't, since more commits are what would cost it most.
final class EarlyCommits {

    /// Events of a thread within an interval up to which it has little to do.
    static final int FEW = 2;

    private static final class Recent {
        private long askedAt = Long.MIN_VALUE / 2;
        private int events;
    }

    private final long intervalMillis;
    private final ThreadLocal<Recent> recent = ThreadLocal.withInitial(Recent::new);

    /// @param interval between commits without this
    EarlyCommits(Duration interval) {
        this.intervalMillis = interval.toMillis();
    }

    /// This thread has processed an event.
    void processed() {
        recent.get().events++;
    }

    /// Whether this thread may ask for a commit now; true counts as asked.
    ///
    /// @param now milliseconds since the epoch
    boolean mayAsk(long now) {
        Recent mine = recent.get();
        if (now >= mine.askedAt && now - mine.askedAt < intervalMillis) {
            return false;
        }
        boolean few = mine.events <= FEW;
        mine.askedAt = now;
        mine.events = 0;
        return few;
    }
}
