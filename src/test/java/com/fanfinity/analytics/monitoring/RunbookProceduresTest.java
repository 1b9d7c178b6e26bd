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

/// Each procedure of the runbook says which test runs it or that none does, and names only tests, scripts, targets and settings that there are.
class RunbookProceduresTest {

    private static final Path ROOT = ProjectDir.find();
    private static final List<String> WANTED = List.of("Deploy", "Upgrade", "Roll back", "Add partitions", "Count anew", "Rotate keys",
            "Back up and restore ClickHouse", "Lose a broker", "Lose ClickHouse", "Lose a state disk", "Capacity");

    private static String procedures() throws IOException {
        String runbook = Files.readString(ROOT.resolve("RUNBOOK.md"));
        return runbook.substring(runbook.indexOf("\n## Procedures\n"), runbook.indexOf("\n## Alerts\n"));
    }

    private static Set<String> found(String pattern) throws IOException {
        return Pattern.compile(pattern).matcher(procedures()).results().map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void procedures_each_saysWhatOfItIsTried() throws IOException {
        String[] sections = procedures().split("\n### ", -1);

        assertEquals(WANTED, Stream.of(sections).skip(1).map(section -> section.lines().findFirst().orElse("")).toList());
        for (int i = 1; i < sections.length; i++) {
            String section = sections[i];
            assertTrue(section.contains("\n*Tried:*"), () -> "nothing is said of who tries: " + section.lines().findFirst().orElse(""));
        }
    }

    @Test
    void procedures_everyTestNamed_exists() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT.resolve("src"))) {
            Set<String> tests = files.map(file -> file.getFileName().toString().replace(".java", "")).collect(Collectors.toSet());
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
