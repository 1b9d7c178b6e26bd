package com.fanfinity.analytics.streams;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

class StandbyWarmUpTest {
    private static final OptionalLong FAR = OptionalLong.of(StandbyWarmUp.CAUGHT_UP + 1);
    private static final OptionalLong NEAR = OptionalLong.of(StandbyWarmUp.CAUGHT_UP);

    private final AtomicLong nanos = new AtomicLong(-5);
    private final StandbyWarmUp warmUp = new StandbyWarmUp(nanos::get);

    @Test
    void update_largeLag_isNotFinished() {
        assertFalse(warmUp.update(FAR));
        assertFalse(warmUp.isFinished());
    }

    @Test
    void update_unknownLag_isNotFinished() {
        assertFalse(warmUp.update(OptionalLong.empty()));
    }

    @Test
    void update_caughtUpOnce_staysFinished() {
        assertFalse(warmUp.update(FAR));
        assertTrue(warmUp.update(NEAR));
        assertTrue(warmUp.update(FAR));
        assertTrue(warmUp.isFinished());
    }

    @Test
    void update_neverCaughtUp_finishesAfterTheLimit() {
        assertFalse(warmUp.update(FAR));
        nanos.addAndGet(StandbyWarmUp.LIMIT.toNanos() - 1);
        assertFalse(warmUp.update(OptionalLong.empty()));
        nanos.incrementAndGet();
        assertTrue(warmUp.update(FAR));
    }

    @Test
    void update_firstCallLongAfterTheStart_startsTheLimit() {
        nanos.addAndGet(StandbyWarmUp.LIMIT.toNanos() * 3);

        assertFalse(warmUp.update(FAR));
    }
}
