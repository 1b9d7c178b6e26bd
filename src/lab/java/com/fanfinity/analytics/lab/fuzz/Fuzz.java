package com.fanfinity.analytics.lab.fuzz;

import java.time.Duration;
import java.util.Map;

import com.fanfinity.analytics.lab.fuzz.FuzzRun.Limits;
import com.fanfinity.analytics.lab.hostile.Target;

/// `make fuzz`: sends random input to a service with a heap of 256 MiB. The exit code is 0 if no rule was broken.
///
/// Environment: INPUTS (1,000,000), SEED (the time), FROM (0), the number of the first input, CLIENTS (4) that send at
/// once, and MINUTES to send (no limit). Input *n* of a seed is always the same, so several runs can share a seed.
final class Fuzz {

    private Fuzz() {}

    @SuppressWarnings("SystemOut")
    static void main() throws Exception {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
        Map<String, String> environment = System.getenv();
        long seed = number(environment, "SEED", System.currentTimeMillis());
        boolean held;
        try (Target target = Target.start("fuzz", Map.of())) {
            Limits limits = new Limits((int) number(environment, "CLIENTS", Limits.DEFAULT.clients()),
                    Duration.ofMinutes(number(environment, "MINUTES", Limits.DEFAULT.time().toMinutes())));
            System.out.println("seed " + seed);
            held = new FuzzRun(target, seed, limits).run(number(environment, "FROM", 0),
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
