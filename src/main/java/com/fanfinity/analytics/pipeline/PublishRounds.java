package com.fanfinity.analytics.pipeline;

import java.time.Duration;
import java.util.OptionalLong;

/// When a stream thread publishes what its partitions owe.
///
/// What is published shows to others with the next commit, and commits are what costs a thread most: each ends a transaction over every
/// partition that it wrote to. So all partitions of a thread publish in the same round, and ask for one commit right after it, instead of
/// each when it likes and then waiting for a commit that comes by the clock. A round comes as soon as something happens after a pause;
/// the busier a thread is, the further apart they are.
///
/// One for all threads; each has its own rounds.
final class PublishRounds {

    /// Between the starts of two rounds at least, whatever happens; and how long one is open.
    static final Duration SHORTEST = Duration.ofMillis(50);

    /// Between the starts of two rounds of a thread that is not busy.
    static final Duration CALM = Duration.ofMillis(125);

    /// Events since the last round began up to which a thread is not busy: a thousand a second.
    static final int FEW = 128;

    private static final class Round {
        private long openedAt = Long.MIN_VALUE / 2;
        private int eventsSince;
        private boolean urgent;
    }

    private final long busyMillis;
    private final long calmMillis;
    private final long shortestMillis;
    private final long tickMillis;
    private final ThreadLocal<Round> rounds = ThreadLocal.withInitial(Round::new);

    /// @param interval between two publications of one match; what is shorter than the times above makes them shorter
    /// @param tick how often each partition asks
    PublishRounds(Duration interval, Duration tick) {
        this.busyMillis = interval.toMillis();
        this.calmMillis = Math.min(CALM.toMillis(), busyMillis);
        this.shortestMillis = Math.min(SHORTEST.toMillis(), busyMillis);
        this.tickMillis = tick.toMillis();
    }

    /// This thread has processed an event.
    void processed() {
        rounds.get().eventsSince++;
    }

    /// Something must not wait longer than it has to.
    void urgent() {
        rounds.get().urgent = true;
    }

    /// The round in which this thread's partitions may publish now, each once; to be asked only by one that has something to publish, since
    /// the first to ask when a round may begin begins it.
    ///
    /// @param now milliseconds since the epoch; when the clock was set back, a round begins
    /// @return the tick with which the round began, milliseconds since the epoch: the same for all of it, and never nearer to the next than
    ///     was meant, however late a tick came; empty if none is open
    OptionalLong open(long now) {
        Round round = rounds.get();
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

    private long untilNext(Round round) {
        if (round.urgent) {
            return shortestMillis;
        }
        return round.eventsSince <= FEW ? calmMillis : busyMillis;
    }
}
