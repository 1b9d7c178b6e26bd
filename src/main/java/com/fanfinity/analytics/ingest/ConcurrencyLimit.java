package com.fanfinity.analytics.ingest;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;

import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.metrics.IngestMeters;

/// Limits the requests in progress to the number that the service can answer in time.
///
/// Beyond the capacity of the machine, each further request delays all of them, until none is in time although
/// throughput stays the same. An immediate rejection is cheap, and its sender knows. The right limit depends on the
/// machine, on Kafka and on other load, so it adapts as TCP's window does. A request is timed from the end of its body
/// to Kafka's acknowledgement. The limit changes after a window of at least 100 ms and 20 requests. If more than 5 % of
/// them exceeded the target, it shrinks by 20 %. Otherwise it grows by 5 %, if at least half of it was in use. The
/// target is well below the latency promised to callers, because callers also wait for a thread and for the response.
///
/// The time to receive a body does not count, because a slow client does not mean a busy machine; it holds no permit
/// meanwhile. Batches take permits by their size and are not timed. A batch is admitted while any permit is free,
/// however many it needs. Otherwise a stream of single events would starve batches.
public final class ConcurrencyLimit {

    static final int MIN_LIMIT = 64;
    static final int MAX_LIMIT = 1_024;
    private static final int INITIAL_LIMIT = 256;
    private static final int EVENTS_PER_PERMIT = 100;

    private static final long WINDOW_NANOS = Duration.ofMillis(100).toNanos();
    private static final int WINDOW_REQUESTS = 20;
    private static final double TOLERATED_LATE_FRACTION = 0.05;
    private static final double DECREASE_FACTOR = 0.8;
    private static final double INCREASE_FRACTION = 0.05;

    /// `Retry-After` is random up to this, so that rejected callers do not all return at once.
    private static final int MAX_RETRY_AFTER_SECONDS = 3;

    private final long targetNanos;
    private final LongSupplier nanoTime;
    private final IntUnaryOperator random;
    private final IngestMeters meters;
    private final AtomicInteger inProgress = new AtomicInteger();
    private final AtomicInteger limit = new AtomicInteger(INITIAL_LIMIT);

    // The current window, guarded by this.
    private long windowStart;
    private int samples;
    private int late;
    private int maxInProgress;

    /// @param target the latency that 95 % of requests should stay within, from the end of the body to Kafka's
    ///        acknowledgement
    /// @param nanoTime as `System.nanoTime()`
    /// @param random returns a number from 0 to below the given bound
    public ConcurrencyLimit(Duration target, LongSupplier nanoTime, IntUnaryOperator random, IngestMeters meters) {
        this.targetNanos = target.toNanos();
        this.nanoTime = requireNonNull(nanoTime, "nanoTime is null");
        this.random = requireNonNull(random, "random is null");
        this.meters = requireNonNull(meters, "meters is null");
        this.windowStart = nanoTime.getAsLong();
        meters.concurrency(limit, inProgress);
    }

    /// Whether {@link #acquire} would reject now. Callers check it before they read a body, so that a rejection is
    /// cheap.
    ///
    /// @param queued requests that will acquire a permit before this one
    boolean isFull(int queued) {
        return inProgress.get() + queued >= limit.get();
    }

    /// Acquires a permit for a single event.
    ///
    /// @throws ProblemException 503 if none is free
    IngestPermit acquire() {
        return acquire(1);
    }

    /// Acquires the permits of a batch: one, plus one for each 100 events.
    ///
    /// @throws ProblemException 503 if none is free
    IngestPermit acquireForBatch(int events) {
        return acquire(1 + events / EVENTS_PER_PERMIT);
    }

    private IngestPermit acquire(int permits) {
        if (inProgress.getAndAdd(permits) >= limit.get()) {
            inProgress.addAndGet(-permits);
            throw new ProblemException(reject());
        }
        return new IngestPermit(permits);
    }

    /// Counts a rejected request and returns its problem.
    Problem reject() {
        meters.refused("concurrency");
        return Problem.overloaded(
                "Too many requests are in progress. Nothing in this request was accepted; send it again later.",
                Duration.ofSeconds(1 + random.applyAsInt(MAX_RETRY_AFTER_SECONDS)));
    }

    int limit() {
        return limit.get();
    }

    private synchronized void recordSample(long tookNanos, long now) {
        samples++;
        late += tookNanos > targetNanos ? 1 : 0;
        maxInProgress = Math.max(maxInProgress, inProgress.get());
        if (samples >= WINDOW_REQUESTS && now - windowStart >= WINDOW_NANOS) {
            limit.set(nextLimit(limit.get()));
            windowStart = now;
            samples = 0;
            late = 0;
            maxInProgress = 0;
        }
    }

    private int nextLimit(int current) {
        if (late > samples * TOLERATED_LATE_FRACTION) {
            return Math.max(MIN_LIMIT, (int) (current * DECREASE_FACTOR));
        }
        return maxInProgress < current / 2
                ? current
                : Math.min(MAX_LIMIT, current + Math.max(1, (int) (current * INCREASE_FRACTION)));
    }

    /// The permits of one request, held until its answer is sent. Not thread-safe.
    final class IngestPermit implements AutoCloseable {
        private int permits;
        private final long enteredAt = nanoTime.getAsLong();

        private IngestPermit(int permits) {
            this.permits = permits;
        }

        /// Records the latency when Kafka has acknowledged the event, or has not in time. The limit adapts to it.
        void recordLatency() {
            long now = nanoTime.getAsLong();
            recordSample(now - enteredAt, now);
        }

        /// Keeps one permit, because only the answer is left to be written. Otherwise a few clients that do not read
        /// the answers to their batches would hold all permits.
        void keepOne() {
            inProgress.addAndGet(1 - permits);
            permits = 1;
        }

        @Override
        public void close() {
            inProgress.addAndGet(-permits);
        }
    }
}
