package com.fanfinity.analytics.lab.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.kafka.KafkaClients;
import com.fanfinity.analytics.lab.chaos.Disturbance.DisturbanceKind;
import com.fanfinity.analytics.lab.chaos.RelayFault.RelayFaultKind;
import com.fanfinity.analytics.lab.chaos.RelayFault.RelayFaultTarget;

class PlanTest {

    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

    @Test
    void random_sameSeed_isTheSamePlan() {
        assertEquals(plan(7, 2), plan(7, 2));
        assertNotEquals(plan(7, 2).disturbances(), plan(8, 2).disturbances());
        assertNotEquals(plan(7, 2).relayFaults(), plan(8, 2).relayFaults());
    }

    private static Plan plan(long seed, int services) {
        return Plan.random(seed, TEN_MINUTES, services, Duration.ZERO);
    }

    @Test
    void random_tenMinutes_hasEnoughKillsAndStopsOfEachComponent() {
        LongStream.range(0, 200).forEach(seed -> {
            List<Disturbance> plan = plan(seed, 1 + (int) (seed % 3)).disturbances();

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

    /// Some of them find no request, for example at the end of the run.
    @Test
    void random_tenMinutes_hasMoreThanFifteenFaultsAMinuteOfEveryKind() {
        LongStream.range(0, 200).forEach(seed -> {
            List<RelayFault> faults = plan(seed, 2).relayFaults();

            assertTrue(faults.size() >= 195, () -> seed + ": " + faults.size());
            assertEquals(EnumSet.allOf(RelayFaultKind.class),
                    faults.stream().map(RelayFault::kind).collect(Collectors.toSet()));
        });
    }

    /// Otherwise the successor would still wait, and no insert would be late.
    @Test
    void random_insertOfALostSink_isHeldForLongerThanItsSession() {
        Set<RelayFaultKind> late = EnumSet.of(RelayFaultKind.HOLD_AND_KILL, RelayFaultKind.HOLD_AND_STOP);

        LongStream.range(0, 200).mapToObj(seed -> plan(seed, 2)).flatMap(plan -> plan.relayFaults().stream())
                .forEach(fault -> {
                    assertTrue(fault.lasts().compareTo(Duration.ofSeconds(61)) < 0, fault::toString);
                    assertTrue(fault.share() >= 0 && fault.share() < 1, fault::toString);
                    if (late.contains(fault.kind())) {
                        assertTrue(fault.lasts().compareTo(KafkaClients.SINK_SESSION_TIMEOUT) > 0, fault::toString);
                        assertEquals(RelayFaultTarget.EVENTS, fault.target());
                    }
                });
    }

    @Test
    void random_withMoves_movesPartitionsEveryTwentySeconds() {
        Plan plan = Plan.random(7, Duration.ofMinutes(4), 3, Duration.ofSeconds(20));

        List<Long> moves = new ArrayList<>();
        plan.visits().forEach(visit -> {
            moves.add(visit.at().toSeconds());
            moves.add(visit.at().plus(visit.lasts()).toSeconds());
        });
        for (int restart = 0; restart < 3; restart++) {
            Disturbance planned = new Disturbance(Duration.ofSeconds(60 + 60L * restart), DisturbanceKind.RESTART,
                    List.of("service-" + (1 + (restart + 1) % 3)), Duration.ZERO);
            assertTrue(plan.disturbances().contains(planned), () -> planned.at() + ": " + plan);
            moves.add(planned.at().toSeconds());
        }
        assertEquals(LongStream.rangeClosed(1, 9).mapToObj(number -> 20 * number).toList(),
                moves.stream().sorted().toList());
        assertEquals(plan(7, 3).visits(), List.of());
    }
}
