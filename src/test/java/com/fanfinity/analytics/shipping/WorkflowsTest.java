package com.fanfinity.analytics.shipping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class WorkflowsTest {

    static List<String> workflows() throws IOException {
        try (Stream<Path> files = Files.list(Yaml.path(".github/workflows"))) {
            return files.map(file -> ".github/workflows/" + file.getFileName()).sorted().toList();
        }
    }

    private static List<String> faults(String file, String text) {
        return WorkflowRules.faults(file.substring(file.lastIndexOf('/') + 1), text);
    }

    @ParameterizedTest
    @MethodSource("workflows")
    void workflow_keepsTheRules(String file) throws IOException {
        assertEquals(List.of(), faults(file, Yaml.read(file)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            ci      | 3d3c42e5aac5ba805825da76410c181273ba90b1 | v7                            | "not pinned"
            ci      | "ba90b1 # v7.0.1"                | ba90b1                        | "not pinned"
            ci      | "permissions: {}"                | "permissions: write-all"      | "jobs have permissions"
            ci      | "  group: >-"                    | "  name: >-"                  | "no concurrency group"
            ci      | "  pull_request:"                | "  pull_request_target:"      | "third-party code"
            ci      | "      contents: read"           | "      contents: write"       | "lint: can write contents"
            ci      | "      contents: read"           | "      packages: write"       | "image: can write packages"
            release | "      packages: write"          | "      pages: write"          | "image: can write pages"
            ci      | "    timeout-minutes: 60"        | "    continue-on-error: true" | "test: can run for six hours"
            ci      | "timeout-minutes: 40"            | "timeout-minutes: 5"          | "image: is cut off before"
            deploy  | "timeout-minutes: 210"           | "timeout-minutes: 180"        | "deploy: is cut off before"
            deploy  | "--timeout 90m"                  | "--timeout 1h45m"             | "deploy: is cut off before"
            ci      | ubuntu-24.04                     | ubuntu-latest                 | "lint: runs on a moving"
            release | "runner: ubuntu-24.04"           | "runner: ubuntu-latest"       | "platform: runs on a moving"
            ci      | "persist-credentials: false"     | "fetch-tags: true"            | "lint: leaves its token"
            ci | clickhouse-server:26.7.3.19@sha256 | clickhouse-server:26.7.3.19 | "integration: image without digest"
            ci | "run: make lint" | "run: echo ${{ github.event.pull_request.title }}" | "lint: third-party text"
            """)
    void rules_fileWithFault_reportIt(String workflow, String good, String bad, String fault) throws IOException {
        String file = ".github/workflows/" + workflow + ".yml";
        String text = Yaml.read(file);
        assertTrue(text.contains(good), good);

        List<String> found = faults(file, text.replace(good, bad));

        assertTrue(found.stream().anyMatch(line -> line.startsWith(fault)), () -> fault + " is not among " + found);
    }

    /// The workflow must wait longer than an instance can take to restore. Otherwise it would roll back during a
    /// restore.
    @Test
    void rollout_waitsLongerThanARestoreCanTake() throws IOException {
        Matcher restore = Pattern.compile("\"startupSeconds\" (\\d+)")
                .matcher(Yaml.read("ops/kubernetes/chart/templates/streams.yaml"));
        assertTrue(restore.find());
        Duration mayRestore = Duration.ofSeconds(Long.parseLong(restore.group(1)));

        Yaml deploy = Yaml.parse(Yaml.read(".github/workflows/deploy.yml")).at("jobs", "deploy");

        for (String verb : List.of("helm upgrade", "helm rollback")) {
            Duration waits = deploy.at("steps").list().stream().filter(step -> step.at("run").text().contains(verb))
                    .map(step -> WorkflowRules.timeLimits(new Yaml(Map.of("steps", List.of(step.value()))))).findFirst()
                    .orElseThrow();
            assertTrue(waits.compareTo(mayRestore) > 0,
                    verb + " waits " + waits + ", one instance can take " + mayRestore);
        }
    }

    /// Every command of CI is a make target, so developers can run it.
    @ParameterizedTest
    @MethodSource("workflows")
    void workflow_usesExistingTargets(String file) throws IOException {
        String makefile = Yaml.read("Makefile");
        Matcher commands = Pattern.compile("(?m)run: make ([a-z -]+)$").matcher(Yaml.read(file));
        while (commands.find()) {
            for (String target : commands.group(1).split(" ", -1)) {
                assertTrue(makefile.contains("\n" + target + ":"), target);
            }
        }
    }

    @Test
    void workflows_useOneVersionOfEachAction() throws IOException {
        StringBuilder all = new StringBuilder();
        for (String file : workflows()) {
            all.append(Yaml.read(file));
        }
        List<String> used = Pattern.compile("uses: (\\S+@\\S+ # \\S+)").matcher(all).results().map(use -> use.group(1))
                .distinct().toList();
        assertEquals(used.stream().map(use -> use.replaceFirst("@.*", "")).distinct().count(), used.size(),
                used.toString());
    }
}
