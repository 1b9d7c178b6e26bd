package com.fanfinity.analytics.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.stack.process.ProjectDir;

/// Each procedure in docs/operations names the tests that run it. All named tests, scripts, targets and settings exist.
class ProceduresTest {

    private static final Path ROOT = ProjectDir.find();
    private static final Path OPERATIONS = ROOT.resolve("docs/operations");

    /// Sections that only explain, without steps to run.
    private static final Set<String> EXPLANATIONS = Set.of("Configuration", "Read the log", "Follow one event",
            "Known faults of Kafka", "The key file");

    private static String procedures() throws IOException {
        try (Stream<Path> files = Files.list(OPERATIONS)) {
            StringBuilder all = new StringBuilder();
            for (Path file : files.filter(file -> !file.endsWith("README.md")).sorted().toList()) {
                all.append('\n').append(Files.readString(file));
            }
            return all.toString();
        }
    }

    private static Set<String> found(String pattern) throws IOException {
        return Pattern.compile(pattern).matcher(procedures()).results().map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void procedures_each_nameTheTestsThatRunThem() throws IOException {
        Set<String> untried = new TreeSet<>();
        List<String> sections = Stream.of(procedures().split("\n## ", -1)).skip(1).toList();
        for (String section : sections) {
            String title = section.lines().findFirst().orElse("");
            if (!EXPLANATIONS.contains(title) && !section.contains("\n*Tried:*")) {
                untried.add(title);
            }
        }

        assertEquals(Set.of(), untried);
        assertTrue(sections.size() > 15, "procedures were found");
    }

    @Test
    void operations_everyPage_isInTheIndex() throws IOException {
        String index = Files.readString(OPERATIONS.resolve("README.md"));
        try (Stream<Path> files = Files.list(OPERATIONS)) {
            List<String> missing = files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("README.md") && !index.contains("(" + name + ")")).toList();

            assertEquals(List.of(), missing);
        }
    }

    @Test
    void procedures_everyTestNamed_exists() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT.resolve("src"))) {
            Set<String> tests = files.map(file -> file.getFileName().toString().replace(".java", ""))
                    .collect(Collectors.toSet());
            Set<String> named = found("`(\\w+(?:IT|Test))`");
            named.removeAll(tests);

            assertEquals(Set.of(), named);
        }
    }

    @Test
    void procedures_everyScriptAndTargetNamed_exists() throws IOException {
        for (String script : found("(ops/clickhouse/[\\w./-]+)")) {
            assertTrue(Files.exists(ROOT.resolve(script)), script);
        }
        String makefile = Files.readString(ROOT.resolve("Makefile"));
        for (String target : found("(?m)(?:^|`)make ([a-z-]+)")) {
            assertTrue(makefile.contains("\n" + target + ":"), "make " + target);
        }
    }

    @Test
    void procedures_everySettingNamed_exists() throws IOException {
        String settings = Files.readString(ROOT.resolve(".env.example"));
        for (String setting : found("\\b((?:KAFKA|CLICKHOUSE|STREAMS|SINK|INGEST|INTERNAL|STATE|ADMIN)_[A-Z_]+)")) {
            assertTrue(settings.contains("\n" + setting + "="), setting);
        }
    }
}
