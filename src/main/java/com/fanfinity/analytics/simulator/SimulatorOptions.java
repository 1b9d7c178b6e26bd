package com.fanfinity.analytics.simulator;

import java.util.HashMap;
import java.util.Map;

/// The options of the simulator: SIM_SPEED (default 10), SIM_MATCHES at a time (default 6), SIM_SEED (default 1),
/// TARGET_URL and API_KEY.
record SimulatorOptions(double speed, int matches, long seed, ServiceTarget target) {

    /// @throws UsageException with a message for the user
    static SimulatorOptions from(Map<String, String> environment) {
        var settings = new HashMap<>(environment);
        settings.values().removeIf(String::isBlank);
        double speed = number(settings, "SIM_SPEED", "10", 0.1, 1000);
        int matches = (int) number(settings, "SIM_MATCHES", "6", 1, SimulatedMatchDay.MOST_SLOTS);
        return new SimulatorOptions(speed, matches, seed(settings.getOrDefault("SIM_SEED", "1")),
                ServiceTarget.from(settings));
    }

    private static double number(Map<String, String> settings, String name, String byDefault, double least,
            double most) {
        String value = settings.getOrDefault(name, byDefault);
        try {
            double number = Double.parseDouble(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException _) {
            // reported below
        }
        throw new UsageException(name + " must be a number from " + least + " to " + most + "; it is: " + value);
    }

    private static long seed(String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException _) {
            throw new UsageException("SIM_SEED must be a whole number; it is: " + value);
        }
    }
}
