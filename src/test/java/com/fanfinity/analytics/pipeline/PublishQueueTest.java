package com.fanfinity.analytics.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublishQueueTest {

    private static final long NOW = 1_795_000_000_000L;

    private final PublishQueue publications = new PublishQueue(Duration.ofMillis(200));

    @Test
    void due_nothingChanged_isNothing() {
        assertEquals(List.of(), publications.drainDue(NOW));
        assertFalse(publications.isAnyWaiting());
    }

    @Test
    void due_changedForTheFirstTime_isAtOnceAndOnce() {
        publications.markChanged("m");

        assertTrue(publications.isAnyWaiting());
        assertEquals(List.of("m"), publications.drainDue(NOW));
        assertFalse(publications.isAnyWaiting());
        assertEquals(List.of(), publications.drainDue(NOW + 1_000));
    }

    @Test
    void due_changedAgainWithinTheInterval_waitsForItsEnd() {
        publications.markChanged("m");
        publications.drainDue(NOW);
        publications.markChanged("m");

        assertEquals(List.of(), publications.drainDue(NOW));
        assertEquals(List.of(), publications.drainDue(NOW + 199));
        assertTrue(publications.isAnyWaiting());
        assertEquals(List.of("m"), publications.drainDue(NOW + 200));
    }

    @Test
    void due_changedAgainAfterTheInterval_isAtOnce() {
        publications.markChanged("m");
        publications.drainDue(NOW);

        publications.markChanged("m");

        assertEquals(List.of("m"), publications.drainDue(NOW + 200));
    }

    @Test
    void isAnyDue_changes_agreesWithDrainDue() {
        assertFalse(publications.isAnyDue(NOW));
        publications.markChanged("m");
        assertTrue(publications.isAnyDue(NOW));
        publications.drainDue(NOW);
        assertFalse(publications.isAnyDue(NOW));
        publications.markChanged("m");
        assertFalse(publications.isAnyDue(NOW + 199));
        assertTrue(publications.isAnyDue(NOW + 200));
        publications.markUrgent("m");
        assertTrue(publications.isAnyDue(NOW));
    }

    @Test
    void due_urgentWithinTheInterval_isAtOnce() {
        publications.markChanged("m");
        publications.drainDue(NOW);

        publications.markUrgent("m");
        publications.markChanged("m");

        assertEquals(List.of("m"), publications.drainDue(NOW + 1));
        assertEquals(List.of(), publications.drainDue(NOW + 1_000));
    }

    /// An interval follows an urgent publication, as it follows any other.
    @Test
    void due_changedAfterAnUrgentOne_waitsForAnInterval() {
        publications.markUrgent("m");
        publications.drainDue(NOW);
        publications.markChanged("m");

        assertEquals(List.of(), publications.drainDue(NOW + 199));
        assertEquals(List.of("m"), publications.drainDue(NOW + 200));
    }

    @Test
    void published_notDue_endsItsWaitAndStartsTheInterval() {
        publications.markChanged("m");
        publications.markPublished("m", NOW);
        assertFalse(publications.isAnyWaiting());

        publications.markChanged("m");

        assertEquals(List.of(), publications.drainDue(NOW + 199));
        assertEquals(List.of("m"), publications.drainDue(NOW + 200));
    }

    @Test
    void due_severalMatches_areInTheOrderOfTheirWaitingEachByItsOwnTime() {
        publications.markChanged("b");
        publications.markChanged("a");
        assertEquals(List.of("b", "a"), publications.drainDue(NOW));
        publications.markChanged("a");
        publications.markChanged("c");
        publications.markUrgent("b");

        assertEquals(List.of("c", "b"), publications.drainDue(NOW + 25));
        assertEquals(List.of("a"), publications.drainDue(NOW + 200));
    }

    @Test
    void due_clockSetBack_delaysNothing() {
        publications.markChanged("m");
        publications.drainDue(NOW);
        publications.markChanged("m");

        assertEquals(List.of("m"), publications.drainDue(NOW - 3_600_000));
        publications.markChanged("m");
        assertEquals(List.of("m"), publications.drainDue(NOW - 3_600_000 + 200));
    }

    @Test
    void due_clockSetForward_delaysNothing() {
        publications.markChanged("m");
        publications.drainDue(NOW);
        publications.markChanged("m");

        assertEquals(List.of("m"), publications.drainDue(NOW + 3_600_000));
    }

    @ParameterizedTest
    @CsvSource({"10,5", "40,5", "80,10", "200,25", "30000,25"})
    void tick_anyInterval_isAnEighthButWithinBounds(int interval, int tick) {
        assertEquals(Duration.ofMillis(tick), PublishQueue.tick(Duration.ofMillis(interval)));
    }

    /// With an event every 75 ms and a tick every 25 ms, publications are one interval and at most two ticks apart.
    @Test
    void due_steadyEvents_isAnIntervalApart() {
        List<Long> times = new ArrayList<>();
        for (long time = 0; time < 10_000; time += 25) {
            if (time % 75 == 0) {
                publications.markChanged("m");
            }
            if (!publications.drainDue(NOW + time).isEmpty()) {
                times.add(time);
            }
        }

        assertEquals(0, times.getFirst());
        for (int i = 1; i < times.size(); i++) {
            long apart = times.get(i) - times.get(i - 1);
            assertTrue(apart >= 200 && apart <= 275, () -> "apart: " + times);
        }
    }
}
