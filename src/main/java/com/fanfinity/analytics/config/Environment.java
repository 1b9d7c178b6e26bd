package com.fanfinity.analytics.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads typed values by name. Collects every fault, and every requested name with its default.
final class Environment {

    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,15})\\s*([A-Za-z]+)");

    private static final Map<String, Duration> TIME_UNITS = Map.of("ms", Duration.ofMillis(1), "s",
            Duration.ofSeconds(1), "m",
            Duration.ofMinutes(1), "h", Duration.ofHours(1), "d", Duration.ofDays(1));

    private static final Map<String, Long> SIZE_UNITS = Map.of("B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB",
            1L << 30);

    private final Map<String, String> values;
    private final Map<String, String> known = new TreeMap<>();
    private final List<String> faults = new ArrayList<>();

    Environment(Map<String, String> values) {
        this.values = values;
    }

    /// Every requested name, with its default.
    Map<String, String> known() {
        return known;
    }

    List<String> faults() {
        return faults;
    }

    void fault(String name, String message) {
        faults.add(name + " " + message);
    }

    String text(String name, String fallback) {
        known.put(name, fallback);
        String value = values.get(name);
        return value == null || value.isBlank() ? fallback : value.strip();
    }

    /// An IllegalArgumentException of `read` becomes a fault.
    <T> T parsed(String name, String fallback, Function<String, T> read) {
        try {
            return read.apply(text(name, fallback));
        } catch (IllegalArgumentException e) {
            String reason = e.getMessage();
            fault(name, reason == null ? "cannot be read" : reason);
            return read.apply(fallback);
        }
    }

    int integer(String name, int fallback, int min, int max) {
        return parsed(name, Integer.toString(fallback), text -> {
            try {
                int value = Integer.parseInt(text);
                if (value >= min && value <= max) {
                    return value;
                }
            } catch (NumberFormatException _) {
                // falls through to the message for a number out of range
            }
            throw new IllegalArgumentException(
                    "must be a whole number from " + min + " to " + max + ", not \"" + text + "\"");
        });
    }

    Duration duration(String name, String fallback, Duration min, Duration max) {
        return parsed(name, fallback, text -> {
            Duration value = amount(text, TIME_UNITS, "must be a duration such as 500ms, 10s, 5m, 24h or 7d",
                    Duration::multipliedBy);
            if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
                throw new IllegalArgumentException("must be from " + show(min) + " to " + show(max) + ", not " + text);
            }
            return value;
        });
    }

    long size(String name, String fallback, String min, String max) {
        String form = "must be a size such as 64KiB, 256MiB or 1GiB";
        return parsed(name, fallback, text -> {
            long value = amount(text, SIZE_UNITS, form, Math::multiplyExact);
            if (value < amount(min, SIZE_UNITS, form, Math::multiplyExact)
                    || value > amount(max, SIZE_UNITS, form, Math::multiplyExact)) {
                throw new IllegalArgumentException("must be from " + min + " to " + max + ", not " + text);
            }
            return value;
        });
    }

    Path path(String name, String fallback) {
        return parsed(name, fallback, text -> {
            try {
                return Path.of(text);
            } catch (InvalidPathException _) {
                throw new IllegalArgumentException("must be a path");
            }
        });
    }

    /// A secret by value, or from the file that `NAME_FILE` names. No fault contains the secret.
    Settings.Secret secret(String name) {
        String value = text(name, "");
        String file = text(name + "_FILE", "");
        if (!value.isEmpty() && !file.isEmpty()) {
            fault(name, "and " + name + "_FILE are both set; one of them is enough");
        }
        if (file.isEmpty()) {
            return new Settings.Secret(value);
        }
        int faultsBefore = faults.size();
        String content = readFile(name + "_FILE", file).strip();
        if (content.isEmpty() && faults.size() == faultsBefore) {
            fault(name + "_FILE", "names a file without content: " + file);
        }
        return new Settings.Secret(content);
    }

    /// The content of the file that a variable names; if it cannot be read, a fault and empty text.
    String readFile(String name, String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException | InvalidPathException _) {
            fault(name, "names a file that cannot be read: " + file);
            return "";
        }
    }

    private interface Times<U, T> {
        T apply(U unit, long number);
    }

    private static <U, T> T amount(String text, Map<String, U> units, String form, Times<U, T> times) {
        Matcher matcher = AMOUNT.matcher(text);
        U unit = matcher.matches() ? units.get(matcher.group(2)) : null;
        if (unit == null) {
            throw new IllegalArgumentException(form + ", not \"" + text + "\"");
        }
        try {
            return times.apply(unit, Long.parseLong(matcher.group(1)));
        } catch (ArithmeticException _) {
            throw new IllegalArgumentException("is too large: " + text);
        }
    }

    private static String show(Duration duration) {
        return duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }
}
