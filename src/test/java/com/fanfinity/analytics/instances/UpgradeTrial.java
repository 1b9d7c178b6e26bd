package com.fanfinity.analytics.instances;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;

import com.fanfinity.analytics.local.ServiceBuild;
import com.fanfinity.analytics.testing.Stack;

/// `make upgrade-trial FROM=ref`: a rolling upgrade from an earlier build to the compiled tree under load, and back; see {@link UpgradeRun}.
///
/// Exit code 0 if all was as it should be, 1 if not, 2 if there is no earlier build where it is said to be.
final class UpgradeTrial {

    private static final int INSTANCES = 3;

    private UpgradeTrial() {}

    /// @param args the directory of the earlier build, as `bin/build-of` prints it
    @SuppressWarnings("SystemOut")
    static void main(String[] args) throws IOException, InterruptedException {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
        ServiceBuild earlier;
        try {
            earlier = ServiceBuild.in(Path.of(args[0]));
        } catch (IOException | IllegalArgumentException e) {
            System.out.println(e.getMessage());
            System.exit(2);
            return;
        }
        System.exit(run(earlier, System.out) ? 0 : 1);
    }

    private static boolean run(ServiceBuild earlier, PrintStream out) throws IOException, InterruptedException {
        try (Stack stack = Stack.start("upgrade", INSTANCES, earlier); UpgradeRun run = new UpgradeRun(stack, earlier, out::println)) {
            out.println("logs and data: " + stack.directory());
            return run.run();
        }
    }
}
