package com.fanfinity.analytics.lab.instances;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;

import com.fanfinity.analytics.stack.Stack;

/// `make instances`: rolls three instances, scales them to one and back, and kills them one by one, under reads and
/// writes.
///
/// The exit code is 0 if there were enough answers and all were right, else 1.
final class Instances {

    private Instances() {}

    @SuppressWarnings("SystemOut")
    static void main() throws IOException, InterruptedException {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
        System.exit(run(System.out));
    }

    private static int run(PrintStream out) throws IOException, InterruptedException {
        try (Stack stack = Stack.start("instances", 3); InstancesRun run = new InstancesRun(stack, out::println)) {
            run.quiet();
            run.roll(List.of(0, 1, 2));
            run.scale();
            for (int instance = 0; instance < 3; instance++) {
                run.kill(instance);
            }
            run.settle();
            run.faults().forEach(fault -> out.println("- " + fault));
            out.println(run.faults().isEmpty() ? "PASSED" : "FAILED");
            return run.faults().isEmpty() ? 0 : 1;
        }
    }
}
