package com.fanfinity.analytics.lab.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.lab.chaos.Disturbance.DisturbanceKind;

class PlanTest {

    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

    @Test
    void random_sameSeed_isTheSamePlan() {
        assertEquals(Plan.random(7, TEN_MINUTES, 2), Plan.random(7, TEN_MINUTES, 2));
        assertNotEquals(Plan.random(7, TEN_MINUTES, 2), Plan.random(8, TEN_MINUTES, 2));
    }

    @Test
    void random_tenMinutes_hasEnoughKillsAndStopsOfEachComponent() {
        LongStream.range(0, 200).forEach(seed -> {
            List<Disturbance> plan = Plan.random(seed, TEN_MINUTES, 1 + (int) (seed % 2)).disturbances();

            List<Disturbance> hard = plan.stream().filter(disturbance -> disturbance.kind() != DisturbanceKind.RESTART)
                    .toList();
            assertTrue(hard.stream().mapToInt(disturbance -> disturbance.parts().size()).sum() >= 22,
                    () -> seed + ": " + plan);
            for (String part : List.of("service-1", "kafka", "clickhouse")) {
                assertTrue(hard.stream().anyMatch(disturbance -> disturbance.parts().contains(part)),
                        () -> seed + " spares " + part);
            }
        });
    }
}
