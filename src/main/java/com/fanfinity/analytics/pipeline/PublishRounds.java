package com.fanfinity.analytics.pipeline;

import java.time.Duration;
import java.util.OptionalLong;

/// The times at which a stream thread publishes the due matches of its partitions.
///
/// Readers see a publication after the next commit, and commits are the highest cost of a thread: each ends a
/// transaction over every partition that it wrote to. So all partitions of a thread publish in the same round, and
/// request one commit right after it. The first event after a pause starts a round at once. The busier a thread is, the
/// longer is the time between its rounds.
///
/// All threads share one object; each thread has its own rounds. Separate from {@link PublishQueue}, which belongs to
/// one partition.
final class PublishRounds {

    /// The least time between the starts of two rounds, and how long a round stays open.
    static final Duration SHORTEST = Duration.ofMillis(50);

    /// The time between the starts of two rounds of a thread that is not busy.
    static final Duration CALM = Duration.ofMillis(125);

    /// A thread with at most this many events since the start of the last round is not busy: about 1,000 events per
    /// second.
    static final int FEW = 128;

    private static final class PublishRound {
        private long openedAt = Long.MIN_VALUE / 2;
        private int eventsSince;
        private boolean urgent;
    }

    private final long busyMillis;
    private final long calmMillis;
    private final long shortestMillis;
    private final long tickMillis;
    private final ThreadLocal<PublishRound> rounds = ThreadLocal.withInitial(PublishRound::new);

    /// @param interval between two publications of one match; an upper bound of the times above
    /// @param tick how often each partition calls {@link #enterRound}
    PublishRounds(Duration interval, Duration tick) {
        this.busyMillis = interval.toMillis();
        this.calmMillis = Math.min(CALM.toMillis(), busyMillis);
        this.shortestMillis = Math.min(SHORTEST.toMillis(), busyMillis);
        this.tickMillis = tick.toMillis();
    }

    /// Counts an event that this thread processed.
    void countEvent() {
        rounds.get().eventsSince++;
    }

    /// Makes the next round of this thread start as early as possible.
    void requestEarlyRound() {
        rounds.get().urgent = true;
    }

    /// Enters the open round of this thread, or starts the next one if its time has come. Each partition publishes once
    /// per round. A partition without due matches must not call this, since a call can start a round.
    ///
    /// @param now milliseconds since the epoch; if the clock was set back, a round starts
    /// @return the tick at which the round started, milliseconds since the epoch, the same for all partitions; empty if
    ///     no round is open. A tick, not the time of the call, so that a late tick does not shorten the time to the
    ///     next round
    OptionalLong enterRound(long now) {
        PublishRound round = rounds.get();
        long tick = now - Math.floorMod(now, tickMillis);
        long since = tick - round.openedAt;
        if (since < 0 || since >= untilNext(round)) {
            round.openedAt = tick;
            round.eventsSince = 0;
            round.urgent = false;
        } else if (since >= shortestMillis) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(round.openedAt);
    }

    private long untilNext(PublishRound round) {
        if (round.urgent) {
            return shortestMillis;
        }
        return round.eventsSince <= FEW ? calmMillis : busyMillis;
    }
}
