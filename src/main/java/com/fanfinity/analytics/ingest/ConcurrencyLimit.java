package com.fanfinity.analytics.ingest;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;

import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.metrics.Meters;

/// How many requests are taken in at once: as many as can be answered in time, and no more.
///
/// Past what the machine can do, each further request taken in makes all of them later, until none is in time though as many are
/// finished as before. What is refused at once costs little, and its sender knows. How many are not too many depends on the machine,
/// on Kafka and on what else runs, so it is learnt (additive increase, multiplicative decrease, as TCP does): requests are timed from
/// the moment that their body is there to Kafka's answer. In each window of at least 100 ms and 20 requests, if more than one in
/// twenty took longer than the target, the limit is cut by a fifth; if not, and at least half of the limit was made use of, it grows by
/// a twentieth. The target is well below what callers are promised, because what they see holds further waits: for a thread to begin,
/// and for the answer to be written.
///
/// The wait for a body is not part of it: a client that trickles its body takes no place, and one that is slow is not the machine's
/// fault. Neither is a batch's own size: batches take places by their size and are not timed. One is let in while any place is free,
/// however many it then takes, else batches would never find enough of them beside a stream of single events.
public final class ConcurrencyLimit {

    static final int LEAST = 64;
    static final int MOST = 1_024;
    private static final int FIRST = 256;
    private static final int EVENTS_A_PLACE = 100;

    private static final long WINDOW_NANOS = Duration.ofMillis(100).toNanos();
    private static final int WINDOW_REQUESTS = 20;
    private static final double TOLERATED_LATE = 0.05;
    private static final double CUT = 0.8;
    private static final double GROWTH = 0.05;

    /// Callers who are all told the same come back together.
    private static final int MOST_RETRY_AFTER_SECONDS = 3;

    private final long targetNanos;
    private final LongSupplier nanoTime;
    private final IntUnaryOperator random;
    private final Meters meters;
    private final AtomicInteger inProgress = new AtomicInteger();
    private final AtomicInteger limit = new AtomicInteger(FIRST);

    // The window, guarded by this.
    private long windowStart;
    private int judged;
    private int late;
    private int mostInProgress;

    /// @param target what 95 of 100 requests should take at most, from their body's arrival to Kafka's answer
    /// @param nanoTime as `System.nanoTime()`
    /// @param random from a bound to a number from 0 to below it
    public ConcurrencyLimit(Duration target, LongSupplier nanoTime, IntUnaryOperator random, Meters meters) {
        this.targetNanos = target.toNanos();
        this.nanoTime = requireNonNull(nanoTime, "nanoTime is null");
        this.random = requireNonNull(random, "random is null");
        this.meters = requireNonNull(meters, "meters is null");
        this.windowStart = nanoTime.getAsLong();
        meters.ingest().concurrency(limit, inProgress);
    }

    /// Whether {@link #enter} would refuse now; asked before a body is read, so that a refusal costs as little as it can.
    ///
    /// @param waiting requests that will ask for a place before this one
    boolean isFull(int waiting) {
        return inProgress.get() + waiting >= limit.get();
    }

    /// A place for a single event.
    ///
    /// @throws ProblemException 503 if there is none
    Place enter() {
        return enter(1);
    }

    /// Places for a batch: one, and one more for each hundred events.
    ///
    /// @throws ProblemException 503 if there is none
    Place enterBatch(int events) {
        return enter(1 + events / EVENTS_A_PLACE);
    }

    private Place enter(int places) {
        if (inProgress.getAndAdd(places) >= limit.get()) {
            inProgress.addAndGet(-places);
            throw new ProblemException(refusal());
        }
        return new Place(places);
    }

    /// The refusal of a request for which there is no place; counts it.
    Problem refusal() {
        meters.ingest().refused("concurrency");
        return Problem.overloaded("Too many requests in progress. Nothing in this request was accepted; send it again later.",
                Duration.ofSeconds(1 + random.applyAsInt(MOST_RETRY_AFTER_SECONDS)));
    }

    int limit() {
        return limit.get();
    }

    private synchronized void judge(long tookNanos, long now) {
        judged++;
        late += tookNanos > targetNanos ? 1 : 0;
        mostInProgress = Math.max(mostInProgress, inProgress.get());
        if (judged >= WINDOW_REQUESTS && now - windowStart >= WINDOW_NANOS) {
            limit.set(next(limit.get()));
            windowStart = now;
            judged = 0;
            late = 0;
            mostInProgress = 0;
        }
    }

    private int next(int current) {
        if (late > judged * TOLERATED_LATE) {
            return Math.max(LEAST, (int) (current * CUT));
        }
        return mostInProgress < current / 2 ? current : Math.min(MOST, current + Math.max(1, (int) (current * GROWTH)));
    }

    /// What one request takes up, until it is closed. Belongs to one thread.
    final class Place implements AutoCloseable {
        private final int places;
        private final long enteredAt = nanoTime.getAsLong();

        private Place(int places) {
            this.places = places;
        }

        /// Kafka has answered, or has not in time: how long that took is what the limit learns from.
        void answered() {
            long now = nanoTime.getAsLong();
            judge(now - enteredAt, now);
        }

        @Override
        public void close() {
            inProgress.addAndGet(-places);
        }
    }
}
