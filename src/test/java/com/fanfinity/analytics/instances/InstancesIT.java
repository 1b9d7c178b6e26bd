package com.fanfinity.analytics.instances;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.instances.ReadWriteMix.Figures;
import com.fanfinity.analytics.testing.Await;
import com.fanfinity.analytics.testing.Stack;

/// Three instances under a steady mix of reads and writes over 1,000 matches, while they are rolled, removed, added and killed.
class InstancesIT {

    private static final int MATCHES = 1_000;
    private static final Duration SOON = Duration.ofMinutes(2);

    @Test
    @SuppressWarnings("SystemOut")
    void mixOfReadsAndWrites_whileInstancesComeAndGo_noAnswerIsEverWrong() throws Exception {
        try (Stack stack = Stack.start("instances", 3);
                Fleet fleet = new Fleet(stack);
                ReadWriteMix mix = new ReadWriteMix(fleet, MATCHES, 150, 400)) {
            mix.start();
            during(mix, 2_000);
            Figures quiet = mix.figures();
            System.out.println("three instances, nothing happens: " + quiet);
            assertEquals(0, quiet.unavailable(), "503 while nothing happens");

            for (int instance = 0; instance < fleet.size(); instance++) {
                fleet.takeDown(instance);
                during(mix, 300);
                fleet.bringUp(instance);
                during(mix, 500);
            }
            Figures rolled = mix.figures();
            System.out.println("rolled one by one: " + rolled);

            for (int instance : List.of(2, 1)) {
                fleet.takeDown(instance);
                during(mix, 1_000);
            }
            for (int instance : List.of(1, 2)) {
                fleet.bringUp(instance);
                during(mix, 1_000);
            }
            Figures scaled = mix.figures();
            System.out.println("from three to one and back: " + scaled);

            fleet.kill(0);
            during(mix, 4_000);
            fleet.bringUp(0);
            during(mix, 1_000);
            Figures killed = mix.figures();
            System.out.println("one killed, and started again: " + killed);

            assertEquals(List.of(), mix.faults(), "wrong answers");
            assertEquals(0, rolled.unavailable(), "503 in an orderly rolling restart");
            assertTrue(scaled.unavailableShare() < 0.001, () -> "503 while scaling: " + scaled);
            assertTrue(killed.unavailableShare() < 0.001, () -> "503 more than 10 s after a kill: " + killed);
            mix.settle();
            assertEquals(List.of(), mix.faults(), "wrong answers");
        }
    }

    private static void during(ReadWriteMix mix, long reads) {
        long from = mix.reads();
        Await.until(SOON, reads + " reads", () -> mix.reads() - from >= reads);
    }
}
