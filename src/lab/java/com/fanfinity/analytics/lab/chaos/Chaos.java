package com.fanfinity.analytics.lab.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;

import com.fanfinity.analytics.stack.Stack;

/// `make chaos`: load on a separate, empty stack, with the faults of a plan that the seed determines.
///
/// The exit code is 0 if the guarantee held, 1 if not, 2 if a setting is invalid.
final class Chaos {

    private static final int EVENTS_PER_SECOND = 150;

    private Chaos() {}

    /// @param minutes `MINUTES` of load, 5
    /// @param seed `SEED`, random by default
    /// @param services `SERVICES`, 2
    /// @param moves `MOVE_SECONDS` from one move of partitions to the next, 0 for none
    record Settings(long minutes, long seed, int services, Duration moves) {
        static Settings of(Map<String, String> environment) {
            return new Settings(number(environment, "MINUTES", 5, 1, 600),
                    number(environment, "SEED", System.currentTimeMillis() % 1_000_000, 0, Long.MAX_VALUE),
                    (int) number(environment, "SERVICES", 2, 1, 3),
                    Duration.ofSeconds(number(environment, "MOVE_SECONDS", 0, 0, 600)));
        }

        private static long number(Map<String, String> environment, String name, long otherwise, long least,
                long most) {
            String value = environment.getOrDefault(name, "").strip();
            try {
                long number = value.isEmpty() ? otherwise : Long.parseLong(value);
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException _) {
                // reported below
            }
            throw new IllegalArgumentException(name + " must be a number from " + least + " to " + most);
        }
    }

    @SuppressWarnings("SystemOut")
    static void main() throws IOException, InterruptedException {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
        // Broker and engine are killed on purpose.
        System.setProperty("org.slf4j.simpleLogger.log.org.apache.kafka", "off");
        System.setProperty("org.slf4j.simpleLogger.log.com.clickhouse", "off");
        Settings settings;
        try {
            settings = Settings.of(System.getenv());
        } catch (IllegalArgumentException e) {
            System.out.println(e.getMessage());
            System.exit(2);
            return;
        }
        System.out.printf("MINUTES=%d SEED=%d SERVICES=%d MOVE_SECONDS=%d%n", settings.minutes, settings.seed,
                settings.services, settings.moves.toSeconds());
        Plan plan = Plan.random(settings.seed, Duration.ofMinutes(settings.minutes), settings.services,
                settings.moves);
        boolean kept;
        try (ClickHouseRelays relays = new ClickHouseRelays();
                Stack stack = Stack.start("chaos", settings.services, Map.of(), relays)) {
            kept = new ChaosRun(stack, relays, plan, settings.seed, EVENTS_PER_SECOND, System.out::println).run();
            System.out.println("logs and data: " + stack.directory());
        }
        System.exit(kept ? 0 : 1);
    }
}
