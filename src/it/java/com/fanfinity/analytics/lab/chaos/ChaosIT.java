package com.fanfinity.analytics.lab.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.lab.chaos.RelayFault.RelayFaultKind;
import com.fanfinity.analytics.stack.Stack;

/// A minute of `make chaos` with a fixed plan.
@Tag("slow")
class ChaosIT {

    private static final long SEED = 1966;
    private static final int SERVICES = 2;
    private static final int EVENTS_PER_SECOND = 120;

    @Test
    @SuppressWarnings("SystemOut")
    void everyComponent_killedAndStoppedUnderLoad_eachAcceptedEventIsCountedAndStoredOnce()
            throws IOException, InterruptedException {
        try (ClickHouseRelays relays = new ClickHouseRelays();
                Stack stack = Stack.start("chaos", SERVICES, Map.of("KAFKA_PARTITIONS", Stack.FEW), relays)) {
            boolean kept = new ChaosRun(stack, relays, Plan.shortOne(SERVICES), SEED, EVENTS_PER_SECOND,
                    System.out::println).run();

            assertTrue(kept, () -> "see above; logs and data: " + stack.directory());
            assertEquals(1, relays.faults(RelayFaultKind.HOLD_AND_KILL), "inserts that arrived late");
        }
    }
}
