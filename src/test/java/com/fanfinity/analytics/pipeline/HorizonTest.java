package com.fanfinity.analytics.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.Optional;

import org.junit.jupiter.api.Test;

class HorizonTest {

    private final Horizon horizon = new Horizon();

    private static Instant at(long second) {
        return Instant.ofEpochSecond(second);
    }

    @Test
    void reachedBy_nothingSeen_isUnknown() {
        assertEquals(Optional.empty(), horizon.reachedBy(100));
    }

    @Test
    void reachedBy_processedBehindTheEnd_isTheLastMomentThatWasReached() {
        horizon.saw(at(1), 10);
        horizon.saw(at(2), 20);
        horizon.saw(at(3), 30);

        assertEquals(Optional.of(at(1)), horizon.reachedBy(19));
        assertEquals(Optional.of(at(2)), horizon.reachedBy(20));
        assertEquals(Optional.of(at(3)), horizon.reachedBy(1_000));
    }

    @Test
    void reachedBy_nothingNewCame_isTheLatestLook() {
        horizon.saw(at(1), 10);
        horizon.saw(at(2), 10);

        assertEquals(Optional.of(at(2)), horizon.reachedBy(10));
    }

    @Test
    void reachedBy_stateIsTakenBack_isUnknownUntilItIsThereAgain() {
        horizon.saw(at(1), 10);
        assertEquals(Optional.of(at(1)), horizon.reachedBy(10));

        assertEquals(Optional.empty(), horizon.reachedBy(9));
        assertEquals(Optional.of(at(1)), horizon.reachedBy(10));
    }

    @Test
    void saw_nothingIsReachedForLong_keepsTheOldest() {
        for (int i = 1; i <= 2 * Horizon.MOST; i++) {
            horizon.saw(at(i), i);
        }

        assertEquals(Optional.of(at(1)), horizon.reachedBy(1));
        assertEquals(Optional.of(at(Horizon.MOST)), horizon.reachedBy(10_000));
    }
}
