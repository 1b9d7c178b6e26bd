package com.fanfinity.analytics.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.event.DeadReason;
import com.fanfinity.analytics.stack.process.ProjectDir;
import com.fanfinity.analytics.testing.Markdown;

/// The pages of `topology-docs/stages` name only existing things, and name every topic and store.
class StagePagesTest {

    private static final Path DOCS = ProjectDir.find().resolve("topology-docs");
    private static final Path STAGES = DOCS.resolve("stages");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern LINK = Pattern.compile("]\\(([^)#]*)(?:#([^)]*))?\\)");

    /// Health checks, settings of Kafka, and other words in the form of names.
    private static final Set<String> WORDS = Set.of("producer", "sink", "live", "stores", "version", "cut", "reason",
            "detail", "ledger",
            "received-at", "source-topic", "source-partition", "source-offset", "accepted-number", "LogAppendTime");

    private static List<Path> pages() {
        try (Stream<Path> files = Files.list(STAGES)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Code in lower case, upper case or capitalised words: a metric, a topic, a table, a setting, a class. Other code
    /// are paths and JSON.
    private static Set<String> names(Path page) {
        return CODE.matcher(read(page)).results().map(match -> match.group(1))
                .filter(name -> name.matches("[a-z][a-z0-9_-]*|[A-Z]+(_[A-Z]+)+|([A-Z][a-z0-9]+)+"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> known() {
        Set<String> known = new TreeSet<>(WORDS);
        Layout layout = Layout.ofTheCode();
        layout.topics().forEach(topic -> known.add(topic.name()));
        layout.stores().forEach(store -> known.add(store.name()));
        known.addAll(layout.internalTopics().keySet());
        Pattern.compile("node_\\w+(?:\\(\\[|\\[)\"([^\"]+)\"").matcher(read(DOCS.resolve("topology.mmd"))).results()
                .forEach(node -> known.add(node.group(1)));
        Pattern.compile("(?m)^\\| `([a-z_]+)`").matcher(read(DOCS.resolve("METRICS.md"))).results()
                .forEach(row -> known.add(row.group(1)));
        Pattern.compile("(?m)^([A-Z_]+)=").matcher(read(ProjectDir.find().resolve(".env.example"))).results()
                .forEach(setting -> known.add(setting.group(1)));
        Arrays.stream(DeadReason.values()).forEach(reason -> known.add(reason.wireName()));
        known.addAll(inTheSchema());
        known.addAll(classes());
        return known;
    }

    private static Set<String> classes() {
        try (Stream<Path> files = Files.walk(ProjectDir.find().resolve("src/main/java"))) {
            return files.map(file -> file.getFileName().toString()).filter(file -> file.endsWith(".java"))
                    .map(file -> file.substring(0, file.length() - ".java".length())).collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Tables, views, columns.
    private static Set<String> inTheSchema() {
        try (Stream<Path> files = Files.list(ProjectDir.find().resolve("src/main/resources/clickhouse"))) {
            return files.flatMap(
                    file -> Pattern.compile(
                            "\\$\\{database}\\.(\\w+)|(?m)^ {4}([a-z_]+) +[A-Z]|ADD COLUMN IF NOT EXISTS (\\w+)")
                            .matcher(read(file))
                            .results()
                            .flatMap(match -> Stream.of(1, 2, 3).map(match::group).filter(name -> name != null)))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void pages_everyName_exists() {
        Set<String> known = known();

        for (Path page : pages()) {
            Set<String> unknown = names(page);
            unknown.removeAll(known);
            assertEquals(Set.of(), unknown, () -> page.getFileName() + " names something that does not exist");
        }
    }

    @Test
    void pages_together_nameEveryTopicAndStore() {
        Set<String> named = pages().stream().flatMap(page -> names(page).stream()).collect(Collectors.toSet());
        Layout layout = Layout.ofTheCode();
        Set<String> missing = new TreeSet<>();
        layout.topics().forEach(topic -> missing.add(topic.name()));
        layout.stores().forEach(store -> missing.add(store.name()));
        missing.removeAll(named);

        assertEquals(Set.of(), missing);
    }

    @Test
    void pages_each_hasInputOutputKeptAndFailures() {
        for (Path page : pages()) {
            for (String part : List.of("**In:**", "**Out:**", "**Kept", "| failure | shows in | alert |")) {
                assertTrue(read(page).contains(part), () -> page.getFileName() + " lacks " + part);
            }
        }
    }

    @Test
    void pages_everyFailure_hasAMetric() {
        Set<String> metrics = Pattern.compile("(?m)^\\| `([a-z_]+)`").matcher(read(DOCS.resolve("METRICS.md")))
                .results()
                .map(row -> row.group(1)).collect(Collectors.toSet());
        for (Path page : pages()) {
            String table = read(page).substring(read(page).indexOf("| failure |"));
            table.lines().skip(2).filter(row -> row.startsWith("|"))
                    .forEach(row -> assertTrue(
                            CODE.matcher(row.split("\\|", -1)[2]).results()
                                    .anyMatch(name -> metrics.contains(name.group(1))),
                            () -> page.getFileName() + " has no metric for: " + row));
        }
    }

    @Test
    void pages_everyLink_leadsSomewhere() {
        for (Path page : Stream.concat(pages().stream(), Stream.of(DOCS.resolve("README.md"))).toList()) {
            LINK.matcher(read(page)).results().filter(link -> !link.group(1).startsWith("http")).forEach(link -> {
                Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1)).normalize();
                assertTrue(Files.exists(target), () -> page.getFileName() + " links to " + link.group(1));
                assertTrue(link.group(2) == null || Markdown.anchors(read(target)).contains(link.group(2)),
                        () -> page.getFileName() + " links to " + link.group());
            });
        }
    }

    @Test
    void readme_everyPage_isLinked() {
        for (Path page : pages()) {
            assertTrue(read(DOCS.resolve("README.md")).contains("(stages/" + page.getFileName() + ")"),
                    () -> page + " is not in README.md");
        }
    }
}
