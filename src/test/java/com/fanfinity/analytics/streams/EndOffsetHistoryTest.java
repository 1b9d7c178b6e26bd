package com.fanfinity.analytics.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.Optional;

import org.junit.jupiter.api.Test;

class EndOffsetHistoryTest {

    private final EndOffsetHistory horizon = new EndOffsetHistory();

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
    void newest_whenReachedToo_isTheLastSeen() {
        assertEquals(0, horizon.newest());
        horizon.saw(at(1), 10);
        horizon.reachedBy(10);

        assertEquals(10, horizon.newest());
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
    void saw_nothingIsReachedForLong_keepsOldAndNewOnesFurtherApart() {
        int looks = 20 * EndOffsetHistory.MOST;
        for (int i = 1; i <= looks; i++) {
            horizon.saw(at(i), i);
        }

        assertEquals(Optional.of(at(1)), horizon.reachedBy(1));
        Instant middle = horizon.reachedBy(looks / 2).orElseThrow();
        assertTrue(middle.isAfter(at(looks / 2 - 60)) && !middle.isAfter(at(looks / 2)), middle::toString);
        Instant last = horizon.reachedBy(looks).orElseThrow();
        assertTrue(last.isAfter(at(looks - 60)), last::toString);
    }
}
