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
    void look_standbysFarBehind_isNotOver() {
        assertFalse(warmUp.look(FAR));
        assertFalse(warmUp.isOver());
    }

    @Test
    void look_notKnownHowFar_isNotOver() {
        assertFalse(warmUp.look(OptionalLong.empty()));
    }

    @Test
    void look_caughtUpOnce_isOverForGood() {
        assertFalse(warmUp.look(FAR));
        assertTrue(warmUp.look(NEAR));
        assertTrue(warmUp.look(FAR));
        assertTrue(warmUp.isOver());
    }

    @Test
    void look_neverCaughtUp_isOverWhenPatienceEnds() {
        assertFalse(warmUp.look(FAR));
        nanos.addAndGet(StandbyWarmUp.PATIENCE.toNanos() - 1);
        assertFalse(warmUp.look(OptionalLong.empty()));
        nanos.incrementAndGet();
        assertTrue(warmUp.look(FAR));
    }

    @Test
    void look_longAfterTheStart_patienceBeginsWithTheFirstLook() {
        nanos.addAndGet(StandbyWarmUp.PATIENCE.toNanos() * 3);

        assertFalse(warmUp.look(FAR));
    }
}
