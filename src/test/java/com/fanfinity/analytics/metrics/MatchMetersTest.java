package com.fanfinity.analytics.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Map;
import java.util.TreeMap;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class MatchMetersTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final MatchMeters meters = new MatchMeters(registry, new MeterBook(registry));

    @Test
    void count_upTo200Matches_haveTheirOwnAndTheRestIsOther() {
        for (int i = 0; i < 250; i++) {
            meters.count("m-" + i, false);
            meters.count("m-" + i, false);
        }

        Map<String, Double> series = series();
        assertEquals(201, series.size());
        assertEquals(2, series.get("m-199"));
        assertFalse(series.containsKey("m-200"));
        assertEquals(100, series.get("other"));
    }

    @Test
    void count_ended_dropsTheSeriesAndMakesRoom() {
        for (int i = 0; i < 200; i++) {
            meters.count("m-" + i, false);
        }

        meters.count("m-7", true);
        meters.count("new", false);

        assertEquals(201, series().size());
        assertFalse(series().containsKey("m-7"));
        assertEquals(1, series().get("new"));
        assertEquals(1, series().get("other"));
    }

    @Test
    void dropIdle_notCountedSinceTheLastCall_isDropped() {
        meters.count("quiet", false);
        meters.count("busy", false);
        meters.dropIdle();
        assertEquals(3, series().size());
        meters.count("busy", false);

        meters.dropIdle();

        assertEquals(Map.of("busy", 2.0, "other", 0.0), series());
    }

    @Test
    void dropIdle_cameBack_isCountedFromZero() {
        meters.count("m", false);
        meters.dropIdle();
        meters.dropIdle();

        meters.count("m", false);

        assertEquals(Map.of("m", 1.0, "other", 0.0), series());
    }

    /// Clients choose the ids of matches. The end of a match with the id "other" must not remove the shared meter.
    @Test
    void count_matchNamedOther_isCountedUnderOther() {
        meters.count("other", false);
        meters.count("other", true);
        meters.dropIdle();
        meters.dropIdle();
        meters.count("m", true);

        assertEquals(Map.of("other", 3.0), series());
    }

    private Map<String, Double> series() {
        Map<String, Double> series = new TreeMap<>();
        for (Counter counter : registry.find("match.events").counters()) {
            series.put(counter.getId().getTag("match_id"), counter.count());
        }
        return series;
    }
}
