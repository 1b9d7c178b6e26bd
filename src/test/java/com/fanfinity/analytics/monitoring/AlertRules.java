package com.fanfinity.analytics.monitoring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

import com.fanfinity.analytics.stack.process.ProjectDir;

/// The files of `ops/prometheus`, parsed for tests.
final class AlertRules {

    static final Path DIRECTORY = ProjectDir.find().resolve("ops/prometheus");

    private static final YAMLMapper YAML = new YAMLMapper();

    /// The parts of an expression that are not metrics: strings, selectors, ranges, groupings and offsets.
    private static final Pattern NO_METRIC = Pattern.compile(
            "\"[^\"]*\"|\\{[^}]*\\}|\\[[^\\]]*\\]|\\b(by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)|\\boffset\\s+\\w+");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*(?!\\s*\\(|[a-zA-Z0-9_:])");
    private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "by", "without", "on", "ignoring");

    private AlertRules() {}

    /// All rules of all groups, alerts and recording rules.
    static List<JsonNode> all() {
        return files("rules").stream().flatMap(file -> nodes(read(file).path("groups")))
                .flatMap(group -> nodes(group.path("rules")))
                .toList();
    }

    static List<JsonNode> alerts() {
        return all().stream().filter(rule -> rule.has("alert")).toList();
    }

    /// All cases of all tests of rules.
    static List<JsonNode> cases() {
        return files("tests").stream().flatMap(file -> nodes(read(file).path("tests"))).toList();
    }

    static List<Path> files(String directory) {
        try (Stream<Path> files = Files.list(DIRECTORY.resolve(directory))) {
            return files.filter(file -> file.toString().endsWith(".yml")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode read(Path file) {
        try {
            return YAML.readTree(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    static Stream<JsonNode> nodes(JsonNode array) {
        List<JsonNode> nodes = new ArrayList<>();
        array.forEach(nodes::add);
        return nodes.stream();
    }

    /// The metrics that an expression names.
    static Set<String> metrics(String expression) {
        String names = NO_METRIC
                .matcher(expression.lines().map(line -> line.replaceFirst("^\\s*#.*", ""))
                        .collect(Collectors.joining(" ")))
                .replaceAll(" ");
        // Selectors are removed above, so no braces follow a name.
        return NAME.matcher(names).results().map(match -> match.group()).filter(name -> !WORDS.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
