package com.fanfinity.analytics.lab.instances;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;

import com.fanfinity.analytics.stack.ServiceBuild;
import com.fanfinity.analytics.stack.Stack;

/// `make upgrade-trial FROM=ref`: a rolling upgrade from an earlier build to the compiled tree under load, and back.
/// See [UpgradeRun].
///
/// The environment sets `INSTANCES` (3) and `RATE` (300 events a second). The exit code is 0 if all requirements held,
/// 1 if not, 2 if a setting is invalid or the earlier build is missing.
final class UpgradeTrial {

    private UpgradeTrial() {}

    /// @param args the directory of the earlier build, the output of `bin/build-of`
    @SuppressWarnings("SystemOut")
    static void main(String[] args) throws IOException, InterruptedException {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
        ServiceBuild earlier;
        int instances;
        int rate;
        try {
            earlier = ServiceBuild.in(Path.of(args[0]));
            instances = number("INSTANCES", 3, 2, 3);
            rate = number("RATE", 300, 1, 2_000);
        } catch (IOException | IllegalArgumentException e) {
            System.out.println(e.getMessage());
            System.exit(2);
            return;
        }
        System.exit(run(earlier, instances, rate, System.out) ? 0 : 1);
    }

    private static int number(String name, int otherwise, int least, int most) {
        String value = System.getenv().getOrDefault(name, "").strip();
        int number = value.isEmpty() ? otherwise : Integer.parseInt(value);
        if (number < least || number > most) {
            throw new IllegalArgumentException(name + " must be a number from " + least + " to " + most);
        }
        return number;
    }

    private static boolean run(ServiceBuild earlier, int instances, int rate, PrintStream out)
            throws IOException, InterruptedException {
        try (Stack stack = Stack.start("upgrade", instances, earlier);
                UpgradeRun run = new UpgradeRun(stack, earlier, rate, out::println)) {
            out.println("logs and data: " + stack.directory());
            return run.run();
        }
    }
}
