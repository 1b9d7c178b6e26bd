package com.fanfinity.analytics.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.ops.Check.Status;

class ClockWatchTest {

    private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final Clock clock = ((InstantSource) now::get).withZone(ZoneOffset.UTC);
    private final ClockWatch watch = new ClockWatch(clock);

    @Test
    void check_goesOnOrIsSetForward_isUp() {
        watch.look();
        now.set(START.plusSeconds(3_600));

        assertEquals(Status.UP, watch.check().status());
    }

    @Test
    void check_setBackUntilItHasCaughtUp_isDown() {
        watch.look();
        now.set(START.minusSeconds(3_600));
        watch.look();

        assertEquals(Status.DOWN, watch.check().status());
        assertTrue(watch.check().detail().contains("3600 s"), watch.check().detail());

        now.set(START.minusSeconds(10));
        assertEquals(Status.UP, watch.check().status());
    }
}
