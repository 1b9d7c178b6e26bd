package com.fanfinity.analytics.simulator;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// The options of a replay.
///
/// @param file NDJSON, one event per line
/// @param speed a multiple of the events' own pace; infinite for `max`: as fast as the service accepts them
/// @param target the service
record ReplayOptions(Path file, double speed, ServiceTarget target) {
    private static final String USAGE = """
            usage: replay FILE=match.ndjson [SPEED=60|max] [TARGET_URL=http://127.0.0.1:8080] [API_KEY=...]
              FILE   events, one JSON object per line
              SPEED  how many times faster than real time; max: as fast as the service accepts them""";

    /// Reads the arguments (`KEY=value`, or only the file name); they override the environment.
    ///
    /// @throws UsageException with a message for the user
    static ReplayOptions from(String[] args, Map<String, String> environment) {
        var settings = new HashMap<>(environment);
        for (String arg : args) {
            int equals = arg.indexOf('=');
            if (equals > 0 && arg.substring(0, equals).matches("[A-Z_]+")) {
                settings.put(arg.substring(0, equals), arg.substring(equals + 1));
            } else {
                settings.put("FILE", arg);
            }
        }
        settings.values().removeIf(String::isBlank); // make passes unset variables as empty strings
        return new ReplayOptions(file(settings), speed(settings.getOrDefault("SPEED", "60")),
                ServiceTarget.from(settings));
    }

    boolean atMaxSpeed() {
        return Double.isInfinite(speed);
    }

    private static Path file(Map<String, String> settings) {
        String name = settings.get("FILE");
        if (name == null) {
            throw new UsageException("FILE is missing\n" + USAGE);
        }
        Path file = Path.of(name);
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new UsageException("no such file, or not readable: " + file);
        }
        return file;
    }

    private static double speed(String value) {
        if (value.equalsIgnoreCase("max")) {
            return Double.POSITIVE_INFINITY;
        }
        try {
            double speed = Double.parseDouble(value);
            if (speed > 0 && Double.isFinite(speed)) {
                return speed;
            }
        } catch (NumberFormatException _) {
            // reported below
        }
        throw new UsageException("SPEED must be a number above 0, or max; it is: " + value + "\n" + USAGE);
    }
}
