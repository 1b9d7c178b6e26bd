package com.fanfinity.analytics.lab.prose;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/// Measures the three habits of [ProseRule] per 1,000 words and fails over their bounds, or if a line is wider than
/// [LineWidth#MOST] columns.
///
/// Run as `make lint`, or on some files only: `java ProseLint.java [--all] PATH...`. It prints the worst lines first.
public final class ProseLint {

    private static final int WORST = 40;

    private static final List<String> ENDINGS = List.of(".java", ".md", ".yaml", ".yml", ".sql", ".js", ".mjs", ".css",
            ".html", ".json",
            ".sh", ".properties", ".example", "Makefile", "Dockerfile", ".xml");

    /// Files of others, generated files, and recorded data.
    private static final List<String> LEFT_OUT = List.of("/.git/", "/target/", "/node_modules/", "/web/lib/",
            "/golden/", "/matches/",
            "package-lock.json", "/rendered.yaml", "/rendered/", "/.local/", "/pom.xml", "eclipse-format.xml",
            "/lab/prose/");

    private final Map<ProseRule, Integer> counts = new EnumMap<>(ProseRule.class);
    private final List<Finding> findings = new ArrayList<>();
    private final List<String> wide = new ArrayList<>();
    private int words;

    private record Finding(String place, String text, List<String> hits) {}

    static void main(String[] arguments) throws IOException {
        boolean all = List.of(arguments).contains("--all");
        ProseLint lint = new ProseLint();
        List<String> paths = Stream.of(arguments).filter(argument -> !argument.startsWith("--")).toList();
        for (String path : paths.isEmpty() ? List.of(".") : paths) {
            lint.addAll(Path.of(path));
        }
        if (!lint.report(System.out, all ? Integer.MAX_VALUE : WORST)) {
            System.exit(1);
        }
    }

    /// Adds a file, or every file below a directory that holds prose.
    void addAll(Path path) throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.walk(path)) {
            files = found.filter(Files::isRegularFile).filter(ProseLint::holdsProse).sorted().toList();
        }
        for (Path file : files) {
            try {
                add(file, Files.readAllLines(file));
            } catch (MalformedInputException _) {
                // A binary file.
            }
        }
    }

    private static boolean holdsProse(Path file) {
        String name = "/" + file.toString().replaceFirst("^\\./", "");
        return ENDINGS.stream().anyMatch(name::endsWith) && LEFT_OUT.stream().noneMatch(name::contains);
    }

    void add(Path file, List<String> lines) {
        if (!file.toString().endsWith(".json")) {
            for (int i = 0; i < lines.size(); i++) {
                if (LineWidth.isTooLong(lines.get(i))) {
                    wide.add(file + ":" + (i + 1) + " has " + lines.get(i).length() + " columns");
                }
            }
        }
        for (ProseText line : ProseText.of(file, lines)) {
            words += line.words();
            List<String> hits = new ArrayList<>();
            for (ProseRule rule : ProseRule.values()) {
                List<String> found = rule.hits(line.text());
                counts.merge(rule, found.size(), Integer::sum);
                hits.addAll(found);
            }
            if (!hits.isEmpty()) {
                findings.add(new Finding(file + ":" + line.number(), line.text(), hits));
            }
        }
    }

    /// Hits per 1,000 words.
    double rate(ProseRule rule) {
        return words == 0 ? 0 : counts.getOrDefault(rule, 0) * 1_000.0 / words;
    }

    /// Prints the rates and the worst lines.
    ///
    /// @return whether every rate is within its bound
    boolean report(PrintStream out, int most) {
        findings.stream().sorted(Comparator.comparingInt((Finding finding) -> finding.hits().size()).reversed())
                .limit(most)
                .forEach(finding -> out.println(finding.place() + " " + finding.hits() + " " + finding.text()));
        wide.stream().limit(most).forEach(out::println);
        out.printf(Locale.ROOT, "lines over %d columns: %d%n", LineWidth.MOST, wide.size());
        boolean passes = wide.isEmpty();
        for (ProseRule rule : ProseRule.values()) {
            boolean within = rate(rule) <= rule.bound();
            passes &= within;
            out.printf(Locale.ROOT, "%-22s %5.2f per 1,000 words (%d in %,d words, at most %.1f) %s%n", rule.title(),
                    rate(rule),
                    counts.getOrDefault(rule, 0), words, rule.bound(), within ? "ok" : "TOO MANY");
        }
        return passes;
    }
}
