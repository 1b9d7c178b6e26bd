package com.fanfinity.analytics.lab.fuzz;

import java.util.Map;

import com.fanfinity.analytics.lab.hostile.Target;

/// `make fuzz`: sends random input to a service with a heap of 256 MiB. The exit code is 0 if no rule was broken.
///
/// Environment: INPUTS (1,000,000), SEED (the time), FROM (0), the number of the first input.
final class Fuzz {

    private Fuzz() {}

    @SuppressWarnings("SystemOut")
    static void main() throws Exception {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
        Map<String, String> environment = System.getenv();
        long seed = number(environment, "SEED", System.currentTimeMillis());
        boolean held;
        try (Target target = Target.start("fuzz", Map.of())) {
            held = new FuzzRun(target, seed).run(number(environment, "FROM", 0),
                    (int) number(environment, "INPUTS", 1_000_000), System.out);
            System.out.println("logs: " + target.directory());
        }
        System.out.println(held ? "PASSED" : "FAILED");
        System.exit(held ? 0 : 1);
    }

    private static long number(Map<String, String> environment, String name, long fallback) {
        String text = environment.getOrDefault(name, "");
        return text.isBlank() ? fallback : Long.parseLong(text);
    }
}
