package com.fanfinity.analytics.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.metrics.Meters;

class ConcurrencyLimitTest {
    private static final Duration TARGET = Duration.ofMillis(150);
    private static final Duration IN_TIME = Duration.ofMillis(100);
    private static final Duration TOO_LONG = Duration.ofMillis(200);

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // as System.nanoTime() may: it wraps
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private int draw;
    private final ConcurrencyLimit limit = new ConcurrencyLimit(TARGET, now::get, _ -> draw++ % 3,
            new Meters(registry).ingest());

    /// A window of concurrent requests that each take the given time.
    private void window(int requests, Duration took) {
        window(requests, 0, took, took);
    }

    private void window(int requests, int others, Duration took, Duration othersTook) {
        List<ConcurrencyLimit.IngestPermit> open = IntStream.range(0, requests).mapToObj(_ -> limit.acquire()).toList();
        now.addAndGet(took.toNanos());
        open.subList(0, requests - others).forEach(ConcurrencyLimit.IngestPermit::recordLatency);
        now.addAndGet(othersTook.minus(took).toNanos());
        open.subList(requests - others, requests).forEach(ConcurrencyLimit.IngestPermit::recordLatency);
        open.forEach(ConcurrencyLimit.IngestPermit::close);
    }

    private void fill() {
        while (!limit.isFull(0)) {
            limit.acquire();
        }
    }

    @Test
    void keepOne_ofABatch_leavesOnePermitUntilItIsClosed() {
        ConcurrencyLimit.IngestPermit batch = limit.acquireForBatch(5_000);
        assertEquals(51, inProgress());

        batch.keepOne();
        assertEquals(1, inProgress());

        batch.close();
        assertEquals(0, inProgress());
    }

    @Test
    void acquire_full_isRejectedUntilAPermitIsReleased() {
        ConcurrencyLimit.IngestPermit first = limit.acquire();
        fill();

        Problem problem = assertThrows(ProblemException.class, limit::acquire).problem();

        assertEquals(503, problem.status());
        assertEquals("overloaded", problem.kind());
        first.close();
        assertFalse(limit.isFull(0));
        limit.acquire();
        assertTrue(limit.isFull(0));
    }

    @Test
    void acquire_rejected_holdsNoPermit() {
        ConcurrencyLimit.IngestPermit first = limit.acquire();
        fill();
        for (int i = 0; i < 1_000; i++) {
            assertThrows(ProblemException.class, limit::acquire);
        }
        first.close();

        limit.acquire().close();
    }

    @Test
    void reject_retryAfter_variesFrom1To3Seconds() {
        List<Long> seconds = Stream.generate(limit::reject).limit(3)
                .map(refusal -> refusal.retryAfter().orElseThrow().toSeconds()).toList();

        assertEquals(List.of(1L, 2L, 3L), seconds);
    }

    @Test
    void limit_lateRequests_shrinksToTheMinimum() {
        int before = limit.limit();

        window(100, TOO_LONG);

        assertEquals(before * 4 / 5, limit.limit());
        for (int i = 0; i < 20; i++) {
            window(40, TOO_LONG);
        }
        assertEquals(ConcurrencyLimit.MIN_LIMIT, limit.limit());
    }

    @Test
    void limit_usedAndInTime_growsToTheMaximum() {
        int before = limit.limit();

        window(before, IN_TIME);

        assertTrue(limit.limit() > before, () -> "" + limit.limit());
        for (int i = 0; i < 100; i++) {
            window(limit.limit(), IN_TIME);
        }
        assertEquals(ConcurrencyLimit.MAX_LIMIT, limit.limit());
    }

    @Test
    void limit_unused_stays() {
        int before = limit.limit();

        for (int i = 0; i < 10; i++) {
            window(40, IN_TIME);
        }

        assertEquals(before, limit.limit());
    }

    @Test
    void limit_5PercentLate_stays() {
        int before = limit.limit();

        window(20, 1, IN_TIME, TOO_LONG);

        assertEquals(before, limit.limit());
    }

    @Test
    void limit_moreThan5PercentLate_shrinks() {
        int before = limit.limit();

        window(20, 2, IN_TIME, TOO_LONG);

        assertTrue(limit.limit() < before, () -> "" + limit.limit());
    }

    @Test
    void limit_fewRequests_stays() {
        int before = limit.limit();

        for (int i = 0; i < 19; i++) {
            window(1, TOO_LONG);
        }

        assertEquals(before, limit.limit());
    }

    @Test
    void batch_holdsPermitsByItsSizeUntilClosed() {
        try (ConcurrencyLimit.IngestPermit _ = limit.acquireForBatch(5_000)) {
            assertEquals(51, inProgress());
        }
        assertEquals(0, inProgress());
    }

    @Test
    void batch_onePermitLeft_isAdmittedAndThenNothingElse() {
        var open = new ArrayList<ConcurrencyLimit.IngestPermit>();
        while (open.size() < limit.limit() - 1) {
            open.add(limit.acquire());
        }

        ConcurrencyLimit.IngestPermit batch = limit.acquireForBatch(5_000);

        open.forEach(ConcurrencyLimit.IngestPermit::close);
        assertFalse(limit.isFull(0));
        batch.close();
        assertEquals(0, inProgress());
    }

    @Test
    void meters_showLimitRequestsInProgressAndRejections() {
        fill();
        assertThrows(ProblemException.class, limit::acquire);

        assertEquals(limit.limit(), registry.get("ingest.concurrency.limit").gauge().value());
        assertEquals(limit.limit(), inProgress());
        assertEquals(1, registry.get("ingest.refused").tag("reason", "concurrency").counter().count());
    }

    private double inProgress() {
        return registry.get("ingest.in.progress").gauge().value();
    }
}
