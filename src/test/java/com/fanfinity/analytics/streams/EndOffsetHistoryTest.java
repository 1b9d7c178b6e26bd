package com.fanfinity.analytics.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.kafka.ReadingTime;

class EndOffsetHistoryTest {

    private final EndOffsetHistory history = new EndOffsetHistory();

    private static ReadingTime at(long second) {
        return new ReadingTime(Instant.ofEpochSecond(second), TimeUnit.SECONDS.toNanos(second));
    }

    private void record(long second, long offset) {
        assertTrue(history.record(at(second), offset, 0));
    }

    @Test
    void reachedBy_noSample_isEmpty() {
        assertEquals(Optional.empty(), history.reachedBy(100));
    }

    @Test
    void reachedBy_offsetBelowTheEnd_returnsTheLastReachedTime() {
        record(1, 10);
        record(2, 20);
        record(3, 30);

        assertEquals(Optional.of(at(1)), history.reachedBy(19));
        assertEquals(Optional.of(at(2)), history.reachedBy(20));
        assertEquals(Optional.of(at(3)), history.reachedBy(1_000));
    }

    /// Readers and stream threads ask with different offsets at the same time.
    @Test
    void reachedBy_isAQuestion() {
        record(1, 10);
        record(2, 20);

        assertEquals(Optional.of(at(2)), history.reachedBy(20));
        assertEquals(Optional.of(at(1)), history.reachedBy(19));
    }

    @Test
    void newest_afterBeingReached_staysTheLastSample() {
        assertEquals(0, history.newest());
        record(1, 10);
        history.reportProcessed(10);

        assertEquals(10, history.newest());
    }

    @Test
    void reachedBy_endUnchanged_returnsTheLatestSample() {
        record(1, 10);
        record(2, 10);

        assertEquals(Optional.of(at(2)), history.reachedBy(10));
    }

    /// A stream thread may ask with an offset that is a little lower than the one that was reported meanwhile.
    @Test
    void reportProcessed_keepsWhatTheLastReportedOffsetNeeds() {
        record(1, 10);
        record(2, 20);
        record(3, 30);
        history.reportProcessed(20);
        history.reportProcessed(30);

        assertEquals(Optional.of(at(2)), history.reachedBy(29));
        history.reportProcessed(30);
        assertEquals(Optional.empty(), history.reachedBy(29));
        assertEquals(Optional.of(at(3)), history.reachedBy(30));
    }

    @Test
    void reachedBy_lostState_isEmptyUntilProcessedAgain() {
        record(1, 10);
        history.reportProcessed(10);

        assertEquals(Optional.empty(), history.reachedBy(9));
        assertEquals(Optional.of(at(1)), history.reachedBy(10));
    }

    /// Offsets of the old log prove nothing about the new one.
    @Test
    void record_endWentBack_forgetsTheEarlierSamples() {
        record(1, 10);
        record(2, 4);

        assertEquals(Optional.empty(), history.reachedBy(3));
        assertEquals(Optional.of(at(2)), history.reachedBy(4));
    }

    /// The topic was recreated while the service was down: the state names a record beyond the end.
    @Test
    void record_endBeforeAProcessedRecord_isRefused() {
        history.reportProcessed(1_000);

        assertFalse(history.record(at(1), 5, history.processed()));
        assertEquals(Optional.empty(), history.reachedBy(1_000));

        history.reportProcessed(3);
        assertTrue(history.record(at(2), 6, history.processed()));
        assertEquals(Optional.empty(), history.reachedBy(5));
        assertEquals(Optional.of(at(2)), history.reachedBy(6));
    }

    /// Readings that requests have started come at a higher rate than the regular ones.
    @Test
    void record_samplesCloseTogether_keepsTheNewestAndOneInEachTenthOfASecond() {
        for (int i = 0; i < 1_000; i++) {
            long millis = i * 10L;
            ReadingTime at = new ReadingTime(Instant.ofEpochMilli(millis), TimeUnit.MILLISECONDS.toNanos(millis));
            assertTrue(history.record(at, i, 0));
        }

        assertEquals(Optional.of(Instant.ofEpochMilli(9_990)), history.reachedBy(999).map(ReadingTime::wall));
        long reached = history.reachedBy(998).orElseThrow().wall().toEpochMilli();
        assertTrue(reached >= 9_880, "as of " + reached);
    }

    @Test
    void record_manyUnreachedSamples_keepsOldAndNewOnesFurtherApart() {
        int samples = 20 * EndOffsetHistory.MAX_SAMPLES;
        for (int i = 1; i <= samples; i++) {
            record(i, i);
        }

        assertEquals(Optional.of(at(1)), history.reachedBy(1));
        Instant middle = history.reachedBy(samples / 2).orElseThrow().wall();
        Instant expected = at(samples / 2).wall();
        assertTrue(middle.isAfter(expected.minusSeconds(60)) && !middle.isAfter(expected), middle::toString);
        Instant last = history.reachedBy(samples).orElseThrow().wall();
        assertTrue(last.isAfter(at(samples - 60).wall()), last::toString);
    }
}
