package com.fanfinity.analytics.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.Optional;

import org.junit.jupiter.api.Test;

class EndOffsetHistoryTest {

    private final EndOffsetHistory history = new EndOffsetHistory();

    private static Instant at(long second) {
        return Instant.ofEpochSecond(second);
    }

    @Test
    void reachedBy_noSample_isEmpty() {
        assertEquals(Optional.empty(), history.reachedBy(100));
    }

    @Test
    void reachedBy_offsetBelowTheEnd_returnsTheLastReachedTime() {
        history.record(at(1), 10);
        history.record(at(2), 20);
        history.record(at(3), 30);

        assertEquals(Optional.of(at(1)), history.reachedBy(19));
        assertEquals(Optional.of(at(2)), history.reachedBy(20));
        assertEquals(Optional.of(at(3)), history.reachedBy(1_000));
    }

    @Test
    void newest_afterBeingReached_staysTheLastSample() {
        assertEquals(0, history.newest());
        history.record(at(1), 10);
        history.reachedBy(10);

        assertEquals(10, history.newest());
    }

    @Test
    void reachedBy_endUnchanged_returnsTheLatestSample() {
        history.record(at(1), 10);
        history.record(at(2), 10);

        assertEquals(Optional.of(at(2)), history.reachedBy(10));
    }

    @Test
    void reachedBy_lostState_isEmptyUntilProcessedAgain() {
        history.record(at(1), 10);
        assertEquals(Optional.of(at(1)), history.reachedBy(10));

        assertEquals(Optional.empty(), history.reachedBy(9));
        assertEquals(Optional.of(at(1)), history.reachedBy(10));
    }

    @Test
    void record_manyUnreachedSamples_keepsOldAndNewOnesFurtherApart() {
        int samples = 20 * EndOffsetHistory.MAX_SAMPLES;
        for (int i = 1; i <= samples; i++) {
            history.record(at(i), i);
        }

        assertEquals(Optional.of(at(1)), history.reachedBy(1));
        Instant middle = history.reachedBy(samples / 2).orElseThrow();
        assertTrue(middle.isAfter(at(samples / 2 - 60)) && !middle.isAfter(at(samples / 2)), middle::toString);
        Instant last = history.reachedBy(samples).orElseThrow();
        assertTrue(last.isAfter(at(samples - 60)), last::toString);
    }
}
