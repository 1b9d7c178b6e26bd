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
    private final ConcurrencyLimit limit = new ConcurrencyLimit(TARGET, now::get, _ -> draw++ % 3, new Meters(registry));

    /// A window of `places` requests at once, each of which takes so long.
    private void window(int places, Duration took) {
        window(places, 0, took, took);
    }

    private void window(int places, int others, Duration took, Duration othersTook) {
        List<ConcurrencyLimit.Place> open = IntStream.range(0, places).mapToObj(_ -> limit.enter()).toList();
        now.addAndGet(took.toNanos());
        open.subList(0, places - others).forEach(ConcurrencyLimit.Place::answered);
        now.addAndGet(othersTook.minus(took).toNanos());
        open.subList(places - others, places).forEach(ConcurrencyLimit.Place::answered);
        open.forEach(ConcurrencyLimit.Place::close);
    }

    private void fill() {
        while (!limit.isFull(0)) {
            limit.enter();
        }
    }

    @Test
    void enter_full_isRefusedUntilAPlaceIsGivenBack() {
        ConcurrencyLimit.Place first = limit.enter();
        fill();

        Problem problem = assertThrows(ProblemException.class, limit::enter).problem();

        assertEquals(503, problem.status());
        assertEquals("overloaded", problem.kind());
        first.close();
        assertFalse(limit.isFull(0));
        limit.enter();
        assertTrue(limit.isFull(0));
    }

    @Test
    void enter_refused_takesNoPlace() {
        ConcurrencyLimit.Place first = limit.enter();
        fill();
        for (int i = 0; i < 1_000; i++) {
            assertThrows(ProblemException.class, limit::enter);
        }
        first.close();

        limit.enter().close();
    }

    @Test
    void refusal_retryAfter_isSpreadOverSeconds() {
        List<Long> seconds = Stream.generate(limit::refusal).limit(3)
                .map(refusal -> refusal.retryAfter().orElseThrow().toSeconds()).toList();

        assertEquals(List.of(1L, 2L, 3L), seconds);
    }

    @Test
    void limit_requestsTooLong_isCutDownToTheLeast() {
        int before = limit.limit();

        window(100, TOO_LONG);

        assertEquals(before * 4 / 5, limit.limit());
        for (int i = 0; i < 20; i++) {
            window(40, TOO_LONG);
        }
        assertEquals(ConcurrencyLimit.LEAST, limit.limit());
    }

    @Test
    void limit_madeUseOfAndInTime_growsUpToTheMost() {
        int before = limit.limit();

        window(before, IN_TIME);

        assertTrue(limit.limit() > before, () -> "" + limit.limit());
        for (int i = 0; i < 100; i++) {
            window(limit.limit(), IN_TIME);
        }
        assertEquals(ConcurrencyLimit.MOST, limit.limit());
    }

    @Test
    void limit_notMadeUseOf_stays() {
        int before = limit.limit();

        for (int i = 0; i < 10; i++) {
            window(40, IN_TIME);
        }

        assertEquals(before, limit.limit());
    }

    @Test
    void limit_oneInTwentyTooLong_isTolerated() {
        int before = limit.limit();

        window(20, 1, IN_TIME, TOO_LONG);

        assertEquals(before, limit.limit());
    }

    @Test
    void limit_moreThanOneInTwentyTooLong_isCut() {
        int before = limit.limit();

        window(20, 2, IN_TIME, TOO_LONG);

        assertTrue(limit.limit() < before, () -> "" + limit.limit());
    }

    @Test
    void limit_fewRequests_sayNothing() {
        int before = limit.limit();

        for (int i = 0; i < 19; i++) {
            window(1, TOO_LONG);
        }

        assertEquals(before, limit.limit());
    }

    @Test
    void batch_takesPlacesByItsSizeAndGivesThemBack() {
        try (ConcurrencyLimit.Place _ = limit.enterBatch(5_000)) {
            assertEquals(51, inProgress());
        }
        assertEquals(0, inProgress());
    }

    @Test
    void batch_onePlaceIsLeft_isLetInAndThenNobodyElse() {
        var open = new ArrayList<ConcurrencyLimit.Place>();
        while (open.size() < limit.limit() - 1) {
            open.add(limit.enter());
        }

        ConcurrencyLimit.Place batch = limit.enterBatch(5_000);

        open.forEach(ConcurrencyLimit.Place::close);
        assertFalse(limit.isFull(0));
        batch.close();
        assertEquals(0, inProgress());
    }

    @Test
    void meters_showLimitPlacesAndRefusals() {
        fill();
        assertThrows(ProblemException.class, limit::enter);

        assertEquals(limit.limit(), registry.get("ingest.concurrency.limit").gauge().value());
        assertEquals(limit.limit(), inProgress());
        assertEquals(1, registry.get("ingest.refused").tag("reason", "concurrency").counter().count());
    }

    private double inProgress() {
        return registry.get("ingest.in.progress").gauge().value();
    }
}
