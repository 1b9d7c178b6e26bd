package com.fanfinity.analytics;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/// The layout: packages one level deep, and which of them may know which.
class ArchitectureTest {

    private static final String ROOT = "com.fanfinity.analytics";

    /// Package → the packages that it may use. What is not here does not exist; the root sees all.
    private static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
            entry("event", Set.of()),
            entry("config", Set.of()),
            entry("feed", Set.of()),
            entry("clickhouse", Set.of("config")),
            entry("http", Set.of("config", "event")),
            entry("ops", Set.of("config", "event", "http")),
            entry("ingest", Set.of("config", "event", "http", "ops")),
            entry("sink", Set.of("clickhouse", "config", "event", "ops")),
            entry("pipeline", Set.of("config", "event", "http", "ops")),
            entry("ledger", Set.of("clickhouse", "config", "event", "http", "ops", "pipeline")),
            entry("history", Set.of("clickhouse", "event", "ops", "pipeline")),
            entry("peers", Set.of("config", "ops")),
            entry("query", Set.of("clickhouse", "config", "event", "history", "http", "ops", "peers", "pipeline")),
            entry("live", Set.of("config", "event", "http", "ops")),
            entry("deadletters", Set.of("clickhouse", "config", "event", "http", "ingest", "ops")));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages(ROOT);

    @Test
    void packages_areTheKnownOnes() {
        Set<String> found = CLASSES.stream().map(JavaClass::getPackageName).filter(name -> !name.equals(ROOT))
                .map(ArchitectureTest::simple).collect(Collectors.toCollection(TreeSet::new));

        assertEquals(new TreeSet<>(MAY_USE.keySet()), found);
    }

    @Test
    void packages_useOnlyWhatTheyMay() {
        Set<String> violations = new TreeSet<>();
        for (JavaClass from : CLASSES) {
            String user = simple(from.getPackageName());
            if (user.isEmpty()) {
                continue;
            }
            from.getDirectDependenciesFromSelf().stream().map(dependency -> dependency.getTargetClass().getPackageName())
                    .filter(name -> name.startsWith(ROOT)).map(ArchitectureTest::simple)
                    .filter(used -> !used.equals(user) && !MAY_USE.getOrDefault(user, Set.of()).contains(used))
                    .forEach(used -> violations.add(from.getName() + " uses " + used));
        }

        assertEquals(Set.of(), violations);
    }

    @Test
    void packages_haveNoCycles() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    private static String simple(String packageName) {
        return packageName.equals(ROOT) ? "" : packageName.substring(ROOT.length() + 1);
    }
}
