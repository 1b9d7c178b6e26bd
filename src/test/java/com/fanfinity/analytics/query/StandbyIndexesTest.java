package com.fanfinity.analytics.query;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.Map;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.pipeline.StatsSamples;
import com.fanfinity.analytics.query.StandbyIndexes.StandbyIndex;

class StandbyIndexesTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private Instant now = NOON;
    private int scans;
    private final StandbyIndexes standbys = new StandbyIndexes(() -> now);

    private StandbyIndex read(int partition) {
        return standbys.of(partition, now, () -> {
            scans++;
            return StatsSamples.index(Map.of());
        });
    }

    @Test
    void of_manyLists_scanEachPartitionOnceInFiveSeconds() {
        for (int i = 0; i < 100; i++) {
            assertEquals(NOON, read(0).asOf());
            assertEquals(NOON, read(1).asOf());
        }
        assertEquals(2, scans);

        now = now.plus(StandbyIndexes.USED_FOR);

        assertEquals(now, read(0).asOf());
        assertEquals(3, scans);
    }

    @Test
    void of_clockSetBack_scansAgain() {
        read(0);
        now = now.minusSeconds(60);

        assertEquals(now, read(0).asOf());
    }
}
