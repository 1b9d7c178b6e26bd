package com.fanfinity.analytics.lab.viewers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.lab.viewers.LiveAudience.Standing;
import com.fanfinity.analytics.lab.viewers.ViewerCounts.Count;

class LiveLatencyTest {
    private static final long EPOCH = 1_000_000_000L;
    private static final LiveOptions OPTIONS = LiveOptions
            .from(Map.of("VIEWERS", "2", "SECONDS", "2", "WARM_UP_SECONDS", "1", "GOALS", "0"));

    private final EventTimes times = new EventTimes(1, 4);

    LiveLatencyTest() {
        for (int number = 1; number <= 3; number++) {
            times.sent(0, number, EPOCH + number * 10_000L);
            times.accepted(0, number, EPOCH + number * 10_000L + 4_000);
        }
    }

    private LiveLatency latency() {
        return new LiveLatency(times, 1, 2, EPOCH);
    }

    private static Arrival arrival(int number, long micros) {
        return new Arrival(0, number, false, number * 10_000L + micros);
    }

    @Test
    void arrival_isMeasuredFromItsOwn202() {
        LiveLatency latency = latency();
        latency.record(arrival(2, 5_000));
        latency.record(arrival(3, 104_000));

        assertEquals(1.0, latency.fromAcceptedMillis(50), 0.01);
        assertEquals(100.0, latency.fromAcceptedMillis(100), 0.1);
        assertTrue(latency.lines("update").get(1).contains("max 104"), latency.lines("update").get(1));
    }

    @Test
    void arrival_ofTheWarmUp_isNotMeasured() {
        LiveLatency latency = latency();
        latency.record(arrival(1, 5_000));

        assertEquals(0, latency.arrivals());
    }

    @Test
    void arrival_beforeIts202_isReported() {
        LiveLatency latency = latency();
        latency.record(arrival(2, 3_000));

        assertTrue(latency.lines("update").getFirst().contains("1 were seen before"),
                latency.lines("update").getFirst());
    }

    @Test
    void sent_again_countsFromTheFirstAttempt() {
        times.sent(0, 3, EPOCH + 99_000);

        assertEquals(EPOCH + 30_000, times.sentAt(0, 3));
    }

    @Test
    void verdict_allArrivedInTime_passes() {
        assertTrue(verdict(4, new Standing(0, 0), 5_000, 100));
    }

    @Test
    void verdict_anythingWrong_fails() {
        assertFalse(verdict(3, new Standing(0, 0), 5_000, 100), "an arrival is missing");
        assertFalse(verdict(4, new Standing(1, 0), 5_000, 100), "a viewer is behind");
        assertFalse(verdict(4, new Standing(0, 1), 5_000, 100), "a goal is missing");
        assertFalse(verdict(4, new Standing(0, 0), 254_001, 100), "too late");
        assertFalse(verdict(4, new Standing(0, 0), 5_000, 3_073), "too much memory");
        for (Count count : List.of(Count.WRONG, Count.REPEATED_GOALS, Count.CUT_OFF)) {
            assertFalse(verdict(4, new Standing(0, 0), 5_000, 100, count), count.name());
        }
    }

    /// @param seen the number of the four arrivals
    private boolean verdict(int seen, Standing standing, long micros, long rssMiB, Count... counted) {
        var counts = new ViewerCounts();
        for (Count count : counted) {
            counts.add(count, 1);
        }
        LiveLatency updates = latency();
        IntStream.range(0, seen).forEach(i -> updates.record(arrival(2 + i / 2, micros)));
        var verdict = new LiveVerdict(OPTIONS);
        verdict.arrivals(counts, updates, new LiveLatency(new EventTimes(1, 0), 1, 1, EPOCH), standing);
        verdict.limits(updates, updates, rssMiB << 20);
        return verdict.passed();
    }

    @Test
    void options_viewers_areDistributed() {
        LiveOptions options = LiveOptions.from(Map.of("VIEWERS", "50000", "MATCHES", "7"));

        assertEquals(3, options.instances());
        assertEquals(50_000, IntStream.range(0, 3).map(options::viewersOf).sum());
        assertEquals(options.viewersOf(0) + options.viewersOf(1), options.firstViewerOf(2));
        assertEquals(50_000, IntStream.range(0, 7).map(options::viewersOfMatch).sum());
        assertThrows(IllegalArgumentException.class, () -> LiveOptions.from(Map.of("VIEWERS", "many")));
        assertThrows(IllegalArgumentException.class, () -> LiveOptions.from(Map.of("SECONDS", "10", "GOALS", "10")));
    }
}
