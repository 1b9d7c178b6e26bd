package com.fanfinity.analytics.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;

class ClockStepDetectorTest {

    private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final Clock clock = ((InstantSource) now::get).withZone(ZoneOffset.UTC);
    private final AtomicInteger told = new AtomicInteger();

    private void at(Duration fromStart, ClockStepDetector watch) {
        now.set(START.plus(fromStart));
        watch.look();
    }

    @Test
    void look_goesOnOrIsSetForwardOrBackALittle_nobodyIsTold() {
        try (var watch = new ClockStepDetector(clock, List.of(told::incrementAndGet))) {
            at(Duration.ofSeconds(1), watch);
            at(Duration.ofHours(1), watch);
            at(Duration.ofHours(1).minus(ClockStepDetector.TOLERATED), watch);
        }

        assertEquals(0, told.get());
    }

    @Test
    void look_setBack_allAreToldOnceThoughOneFails() {
        try (var watch = new ClockStepDetector(clock, List.of(() -> {
            throw new IllegalStateException("on purpose");
        }, told::incrementAndGet))) {
            at(Duration.ofHours(1), watch);
            at(Duration.ofHours(-1), watch);
            at(Duration.ofHours(-1).plusSeconds(1), watch);
        }

        assertEquals(1, told.get());
    }

    @Test
    void look_creepsBack_isTold() {
        try (var watch = new ClockStepDetector(clock, List.of(told::incrementAndGet))) {
            at(Duration.ofSeconds(-4), watch);
            at(Duration.ofSeconds(-8), watch);
        }

        assertEquals(1, told.get());
    }
}
