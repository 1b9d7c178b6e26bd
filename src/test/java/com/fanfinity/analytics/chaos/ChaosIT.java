package com.fanfinity.analytics.chaos;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.testing.Stack;

/// A minute of `make chaos`, always the same one.
class ChaosIT {

    private static final long SEED = 1966;
    private static final int SERVICES = 2;
    private static final int EVENTS_PER_SECOND = 120;

    @Test
    void everyPart_killedAndStoppedUnderLoad_eachAcceptedEventIsCountedAndStoredOnce() throws IOException, InterruptedException {
        List<String> lines = new CopyOnWriteArrayList<>();
        try (Stack stack = Stack.start("chaos", SERVICES)) {
            boolean kept = new ChaosRun(stack, Plan.shortOne(SERVICES), SEED, EVENTS_PER_SECOND, lines::add).run();

            assertTrue(kept, () -> String.join("\n", lines) + "\nlogs and data: " + stack.directory());
        }
    }
}
