package com.fanfinity.analytics.lab.hostile;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// `make hostile`: runs all attacks against a service with a heap of 256 MiB, and reports each. The exit code is 0 if
/// the service held against all of them.
///
/// Environment: ROWS (parts of the names, separated by commas; default all), FLOOD (`yes`: connection floods instead of
/// the attacks), RATE (80) and SECONDS (20) of the load beside a flood.
final class Hostile {

    private Hostile() {}

    @SuppressWarnings("SystemOut")
    static void main() throws IOException, InterruptedException {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
        Map<String, String> environment = System.getenv();
        boolean held;
        try (Target target = Target.start("hostile", Map.of())) {
            held = run(target, chosen(environment), System.out);
        }
        System.exit(held ? 0 : 1);
    }

    private static List<? extends Attack> chosen(Map<String, String> environment) {
        List<? extends Attack> all = environment.getOrDefault("FLOOD", "").equals("yes")
                ? ConnectionFlood.all(number(environment, "RATE", 80),
                        Duration.ofSeconds((long) number(environment, "SECONDS", 20)))
                : Attacks.all();
        List<String> parts = List.of(environment.getOrDefault("ROWS", "").split(",", -1));
        return all.stream().filter(attack -> parts.stream().anyMatch(attack.name()::contains)).toList();
    }

    private static double number(Map<String, String> environment, String name, double fallback) {
        String text = environment.getOrDefault(name, "");
        return text.isBlank() ? fallback : Double.parseDouble(text);
    }

    private static boolean run(Target target, List<? extends Attack> attacks, PrintStream out)
            throws IOException, InterruptedException {
        List<String> broken = new ArrayList<>();
        for (Attack attack : attacks) {
            Verdict verdict = AttackRun.of(target, attack);
            verdict.lines().forEach(out::println);
            if (!verdict.held()) {
                broken.add(attack.name());
            }
        }
        out.println("logs: " + target.directory());
        out.println(broken.isEmpty() ? "PASSED" : "FAILED: " + broken.size() + " of " + attacks.size());
        return broken.isEmpty();
    }
}
