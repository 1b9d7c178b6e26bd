package com.fanfinity.analytics.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClockStepDetectorTest {

    private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final Clock clock = ((InstantSource) now::get).withZone(ZoneOffset.UTC);
    private final AtomicInteger reports = new AtomicInteger();
    private final ClockStepDetector detector = new ClockStepDetector(clock, reports::incrementAndGet);

    @AfterEach
    void close() {
        detector.close();
    }

    private void checkAt(Duration fromStart) {
        now.set(START.plus(fromStart));
        detector.check();
    }

    @Test
    void check_clockAdvancesOrStepsBackWithinTolerance_reportsNothing() {
        checkAt(Duration.ofSeconds(1));
        checkAt(Duration.ofHours(1));
        checkAt(Duration.ofHours(1).minus(ClockStepDetector.TOLERATED));

        assertEquals(0, reports.get());
    }

    @Test
    void check_clockSetBack_reportsOnce() {
        checkAt(Duration.ofHours(1));
        checkAt(Duration.ofHours(-1));
        checkAt(Duration.ofHours(-1).plusSeconds(1));

        assertEquals(1, reports.get());
    }

    @Test
    void check_twoSmallStepsBackBeyondTolerance_reports() {
        checkAt(Duration.ofSeconds(-4));
        checkAt(Duration.ofSeconds(-8));

        assertEquals(1, reports.get());
    }
}
