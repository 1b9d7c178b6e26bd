package com.fanfinity.analytics.monitoring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.fanfinity.analytics.stack.process.ProjectDir;

/// The names of the service's metrics in Prometheus, and the metric names in an expression.
final class MetricNames {

    /// When a name is served.
    enum Served {
        /// By a stack under load.
        ALWAYS(""),
        /// After the event has happened once.
        ON_EVENT(" on-event");

        private final String suffix;

        Served(String suffix) {
            this.suffix = suffix;
        }
    }

    private static final Path FILE = ProjectDir.find().resolve("src/test/resources/metrics/names.txt");
    private static final Pattern NOT_NAMES = Pattern
            .compile(
                    "\"(?:[^\"\\\\]|\\\\.)*\"|\\{[^}]*}|\\[[^\\]]*]|\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");
    private static final Pattern NAME = Pattern.compile("(?<![\\w.:])[A-Za-z_:][\\w:]*+(?!\\s*\\()");
    private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset", "by", "without", "inf",
            "nan");

    private MetricNames() {}

    static Map<String, Served> known() throws IOException {
        Map<String, Served> known = new TreeMap<>();
        Files.readAllLines(FILE).stream().filter(line -> !line.startsWith("#")).forEach(line -> {
            for (Served served : Served.values()) {
                if (line.equals(line.split(" ", -1)[0] + served.suffix)) {
                    known.put(line.split(" ", -1)[0], served);
                }
            }
        });
        return known;
    }

    /// Writes the names of a scrape, and keeps the names that do not occur in every scrape.
    static void write(Set<String> scraped) throws IOException {
        Map<String, Served> names = new TreeMap<>();
        known().forEach((name, served) -> {
            if (served != Served.ALWAYS) {
                names.put(name, served);
            }
        });
        scraped.forEach(name -> names.putIfAbsent(name, Served.ALWAYS));
        String head = Files.readAllLines(FILE).stream().filter(line -> line.startsWith("#"))
                .collect(Collectors.joining("\n"));
        String lines = names.entrySet().stream().map(name -> name.getKey() + name.getValue().suffix)
                .collect(Collectors.joining("\n"));
        Files.writeString(FILE, head + "\n" + lines + "\n");
    }

    /// The metric names in a PromQL expression.
    static Set<String> in(String promQl) {
        return NAME.matcher(NOT_NAMES.matcher(promQl).replaceAll(" ")).results().map(match -> match.group())
                .filter(name -> !WORDS.contains(name)).collect(Collectors.toCollection(TreeSet::new));
    }
}
