package com.fanfinity.analytics;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.stack.process.ProjectDir;

/// The layout: which package may use which, and which source root may use which.
class ArchitectureTest {

    private static final String ROOT = "com.fanfinity.analytics";
    private static final Path SOURCES = ProjectDir.find().resolve("src");

    /// Package → the packages that it may use, from the bottom to the top. A package that is not listed does not exist.
    private static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
            entry("config", Set.of("event")),
            entry("event", Set.of()),
            entry("logging", Set.of()),
            entry("simulator", Set.of("event")),
            entry("clickhouse", Set.of("config", "event")),
            entry("kafka", Set.of("config", "event")),
            entry("tls", Set.of("config")),
            entry("http", Set.of("config", "event", "tls")),
            entry("metrics", Set.of("config", "event", "http", "tls")),
            entry("security", Set.of("config", "event", "http", "metrics")),
            entry("peers", Set.of("config", "http", "metrics")),
            entry("ingest", Set.of("config", "event", "http", "kafka", "metrics", "security")),
            entry("pipeline", Set.of("config", "event", "http", "kafka", "metrics")),
            entry("streams", Set.of("config", "event", "kafka", "metrics", "pipeline")),
            entry("rows", Set.of("clickhouse", "event", "kafka", "metrics")),
            entry("sink", Set.of("clickhouse", "config", "event", "kafka", "metrics", "rows")),
            entry("ledger", Set.of("clickhouse", "config", "event", "http", "kafka", "metrics", "pipeline", "streams")),
            entry("limits", Set.of("event", "http", "metrics")),
            entry("history", Set.of("clickhouse", "event", "http", "limits", "metrics", "pipeline")),
            entry("query",
                    Set.of("clickhouse", "config", "event", "history", "http", "limits", "metrics", "peers",
                            "pipeline", "streams")),
            entry("live", Set.of("config", "event", "http", "kafka", "limits", "metrics", "security")),
            entry("deadletters",
                    Set.of("clickhouse", "config", "event", "http", "ingest", "kafka", "metrics", "security")),
            entry("app",
                    Set.of("clickhouse", "config", "deadletters", "event", "history", "http", "ingest", "kafka",
                            "ledger", "limits", "live",
                            "metrics", "peers", "pipeline", "query", "security", "sink", "streams", "tls")));

    /// The source roots beside `main` that hold no tests → the roots that they may use.
    private static final Map<String, Set<String>> ROOT_MAY_USE = Map.of(
            "main", Set.of("main"),
            "stack", Set.of("main", "stack"),
            "lab", Set.of("main", "stack", "lab"));

    private static final int MOST_TYPES_IN_A_PACKAGE = 36;

    private static final JavaClasses ALL = new ClassFileImporter().importPackages(ROOT);
    private static final Map<String, String> ROOT_OF = rootsOfClasses();
    private static final List<JavaClass> MAIN = ALL.stream().filter(it -> "main".equals(rootOf(it))).toList();

    @Test
    void mainPackages_areTheListedOnes() {
        Set<String> found = MAIN.stream().map(JavaClass::getPackageName).filter(name -> !name.equals(ROOT))
                .map(ArchitectureTest::simple).collect(Collectors.toCollection(TreeSet::new));

        assertEquals(new TreeSet<>(MAY_USE.keySet()), found);
    }

    @Test
    void mainPackages_useOnlyListedPackages() {
        Set<String> violations = new TreeSet<>();
        for (JavaClass from : MAIN) {
            String user = simple(from.getPackageName());
            if (user.isEmpty()) {
                continue;
            }
            from.getDirectDependenciesFromSelf().stream()
                    .map(dependency -> dependency.getTargetClass().getPackageName())
                    .filter(name -> name.startsWith(ROOT)).map(ArchitectureTest::simple)
                    .filter(used -> !used.equals(user) && !MAY_USE.getOrDefault(user, Set.of()).contains(used))
                    .forEach(used -> violations.add(from.getName() + " uses " + used));
        }

        assertEquals(Set.of(), violations);
    }

    @Test
    void mainPackages_haveNoCycles() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(ALL.that(new FromMain()));
    }

    @Test
    void rootPackage_hasOnlyMain() {
        Set<String> atRoot = MAIN.stream().filter(it -> it.getPackageName().equals(ROOT))
                .map(it -> topLevel(it.getName()))
                .filter(name -> !name.endsWith("package-info")).collect(Collectors.toCollection(TreeSet::new));

        assertEquals(Set.of(ROOT + ".Main"), atRoot);
    }

    @Test
    void packages_areNotCrowded() throws IOException {
        Set<String> crowded = new TreeSet<>();
        try (Stream<Path> directories = Files.walk(SOURCES.resolve("main/java")).filter(Files::isDirectory)) {
            for (Path directory : directories.toList()) {
                try (Stream<Path> files = Files.list(directory)) {
                    long types = files
                            .filter(it -> it.toString().endsWith(".java") && !it.endsWith("package-info.java")).count();
                    if (types > MOST_TYPES_IN_A_PACKAGE && !directory.endsWith("pipeline")) {
                        crowded.add(directory + " has " + types + " types");
                    }
                }
            }
        }

        assertEquals(Set.of(), crowded);
    }

    @Test
    void sourceRoots_useOnlyLowerOnes() {
        Set<String> violations = new TreeSet<>();
        for (JavaClass from : ALL) {
            Set<String> allowed = ROOT_MAY_USE.get(rootOf(from));
            if (allowed != null) {
                from.getDirectDependenciesFromSelf().stream().map(dependency -> dependency.getTargetClass())
                        .filter(used -> used.getPackageName().startsWith(ROOT) && !allowed.contains(rootOf(used)))
                        .forEach(used -> violations.add(from.getName() + " uses " + used.getName()));
            }
        }

        assertEquals(Set.of(), violations);
    }

    @Test
    void stackAndLab_useNoJUnit() {
        noClasses().should().dependOnClassesThat(resideInAPackage("org.junit..")).check(ALL.that(new FromStackOrLab()));
    }

    @Test
    void stackAndLab_areWhollyInTheirOwnPackages() {
        for (JavaClass each : ALL) {
            String root = rootOf(each);
            if (ROOT_MAY_USE.containsKey(root) && !root.equals("main")) {
                assertTrue(each.getPackageName().startsWith(ROOT + "." + root), each.getName());
            }
        }
    }

    @Test
    void testRoots_holdTestsAndNoPrograms() throws IOException {
        Set<String> violations = new TreeSet<>();
        for (JavaClass each : ALL) {
            String root = rootOf(each);
            String name = each.getSimpleName();
            if (!ROOT_MAY_USE.containsKey(root)
                    && each.tryGetMethod("main").or(() -> each.tryGetMethod("main", String[].class))
                            .isPresent()) {
                violations.add(each.getName() + " has a main method");
            }
            if ((root.equals("test") && name.endsWith("IT")) || (root.equals("it") && name.endsWith("Test"))) {
                violations.add(each.getName() + " is in src/" + root);
            }
        }

        assertEquals(Set.of(), violations);
    }

    private static Map<String, String> rootsOfClasses() {
        Map<String, String> roots = new HashMap<>();
        for (String root : List.of("main", "stack", "lab", "test", "it")) {
            Path directory = SOURCES.resolve(root).resolve("java");
            try (Stream<Path> files = Files.walk(directory)) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(file -> {
                    String name = directory.relativize(file).toString().replace('/', '.');
                    roots.put(name.substring(0, name.length() - ".java".length()), root);
                });
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return roots;
    }

    private static String rootOf(JavaClass each) {
        String name = each.getBaseComponentType().getName();
        return ROOT_OF.getOrDefault(topLevel(name), "unknown");
    }

    private static String topLevel(String name) {
        int nested = name.indexOf('$');
        return nested < 0 ? name : name.substring(0, nested);
    }

    private static String simple(String packageName) {
        return packageName.equals(ROOT) ? "" : packageName.substring(ROOT.length() + 1);
    }

    private static final class FromMain extends DescribedPredicate<JavaClass> {
        FromMain() {
            super("from src/main");
        }

        @Override
        public boolean test(JavaClass each) {
            return "main".equals(rootOf(each));
        }
    }

    private static final class FromStackOrLab extends DescribedPredicate<JavaClass> {
        FromStackOrLab() {
            super("from src/stack or src/lab");
        }

        @Override
        public boolean test(JavaClass each) {
            return Set.of("stack", "lab").contains(rootOf(each));
        }
    }
}
