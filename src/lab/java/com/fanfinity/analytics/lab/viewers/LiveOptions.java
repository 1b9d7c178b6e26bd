package com.fanfinity.analytics.lab.viewers;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The settings of [LiveBench], from the environment. No name starts with `LIVE_`, because the instances inherit the
/// environment and would read it as a setting of their own.
///
/// @param viewers `VIEWERS`, over all instances
/// @param instances `INSTANCES`, with the role live
/// @param matches `MATCHES`; each has an update a second, and an equal share of the viewers
/// @param warmUp `WARM_UP_SECONDS` of updates before the measurement
/// @param measured `SECONDS` of the measurement
/// @param goals `GOALS`: the seconds of the measurement with a goal in every match, separated by commas; 0 for none
/// @param events `EVENTS`: other events a second
/// @param others `OTHERS`: the number of unwatched matches that get the other events; 0 sends them to the watched
///     matches
/// @param connectsPerSecond `CONNECT_RATE`, over all instances
/// @param liveJvm `INSTANCE_JVM`: options of their JVMs
record LiveOptions(int viewers, int instances, int matches, Duration warmUp, Duration measured, List<Integer> goals,
        int events, int others,
        int connectsPerSecond, List<String> liveJvm) {
    /// A process may often open 20,000 files, and needs some for other purposes.
    static final int VIEWERS_PER_INSTANCE = 17_000;

    LiveOptions {
        require(viewers >= 1 && viewers <= 500_000, "VIEWERS must be 1 to 500000");
        require(instances >= 1 && instances <= 50 && instances <= viewers,
                "INSTANCES must be 1 to 50, and no more than VIEWERS");
        require(matches >= 1 && matches <= Math.min(1_000, viewers),
                "MATCHES must be 1 to 1000, and no more than VIEWERS");
        require(warmUp.toSeconds() >= 1 && warmUp.toSeconds() <= 600, "WARM_UP_SECONDS must be 1 to 600");
        require(measured.toSeconds() >= 1 && warmUp.plus(measured).toSeconds() <= 600,
                "SECONDS must be 1 to 600 with WARM_UP_SECONDS");
        require(goals.stream().allMatch(second -> second >= 0 && second < measured.toSeconds()),
                "GOALS must be seconds below SECONDS");
        require(events >= 0 && events <= 50_000, "EVENTS must be 0 to 50000");
        require(others >= 0 && others <= 10_000, "OTHERS must be 0 to 10000");
        require(connectsPerSecond >= instances && connectsPerSecond <= 20_000,
                "CONNECT_RATE must be 1 to 20000, one per instance or more");
    }

    /// @throws IllegalArgumentException with a message for the user
    static LiveOptions from(Map<String, String> environment) {
        var env = new HashMap<>(environment);
        env.values().removeIf(String::isBlank);
        int viewers = number(env, "VIEWERS", 10_000);
        int seconds = number(env, "SECONDS", 60);
        return new LiveOptions(viewers, number(env, "INSTANCES", Math.ceilDiv(viewers, VIEWERS_PER_INSTANCE)),
                number(env, "MATCHES", 1),
                Duration.ofSeconds(number(env, "WARM_UP_SECONDS", number(env, "EVENTS", 0) == 0 ? 30 : 90)),
                Duration.ofSeconds(seconds),
                Arrays.stream(env.getOrDefault("GOALS", Integer.toString(seconds / 2)).split(",", -1))
                        .map(text -> number("GOALS", text))
                        .filter(second -> second > 0).sorted().toList(),
                number(env, "EVENTS", 0), number(env, "OTHERS", 0), number(env, "CONNECT_RATE", 2_000),
                List.of(env.getOrDefault("INSTANCE_JVM", "-Xmx512m -XX:+UseSerialGC").strip().split("\\s+", -1)));
    }

    /// The number of viewers of an instance; the first instances have one more if the division has a remainder.
    int viewersOf(int instance) {
        return viewers / instances + (instance < viewers % instances ? 1 : 0);
    }

    /// The number of an instance's first viewer.
    int firstViewerOf(int instance) {
        return viewers / instances * instance + Math.min(instance, viewers % instances);
    }

    int viewersOfMatch(int match) {
        return viewers / matches + (match < viewers % matches ? 1 : 0);
    }

    private static int number(Map<String, String> env, String name, int byDefault) {
        return number(name, env.getOrDefault(name, Integer.toString(byDefault)));
    }

    private static int number(String name, String text) {
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " must be a whole number, not " + text, e);
        }
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
