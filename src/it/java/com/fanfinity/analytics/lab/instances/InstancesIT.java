package com.fanfinity.analytics.lab.instances;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import com.fanfinity.analytics.stack.Stack;

/// Three instances under a mix of reads and writes over 1,000 matches, one rolled and one killed: a short form of `make
/// instances`.
@Tag("endurance")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class InstancesIT {

    @Test
    void mixOfReadsAndWrites_instancesRolledAndKilled_everyAnswerIsRight() throws Exception {
        try (Stack stack = Stack.start("instances", 3); InstancesRun run = new InstancesRun(stack, InstancesIT::log)) {
            run.quiet();
            run.roll(List.of(1));
            run.kill(0);
            run.settle();

            assertEquals(List.of(), run.faults());
        }
    }

    @SuppressWarnings("SystemOut")
    private static void log(String line) {
        System.err.println(line);
    }
}
