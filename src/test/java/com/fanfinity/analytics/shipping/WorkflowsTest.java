package com.fanfinity.analytics.shipping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

    @ParameterizedTest
    @MethodSource("workflows")
    void workflow_keepsTheRules(String file) throws IOException {
        assertEquals(List.of(), WorkflowRules.faults(Yaml.read(file)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            3d3c42e5aac5ba805825da76410c181273ba90b1 | v7                          | "not pinned"
            "ba90b1 # v7.0.1"                        | ba90b1                      | "not pinned"
            "permissions: {}"                        | "permissions: write-all"    | "jobs have permissions"
            "  group: ci-"                           | "  name: ci-"               | "no concurrency group"
            "  pull_request:"                        | "  pull_request_target:"    | "strangers' code"
            "      contents: read"                   | "      contents: write"     | "lint: may write contents"
            "    timeout-minutes: 60"                | "    continue-on-error: true" | "test: may run for six hours"
            ubuntu-24.04                             | ubuntu-latest               | "lint: runs on whatever"
            "persist-credentials: false"             | "fetch-tags: true"          | "lint: leaves its token"
            clickhouse-server:26.7.3.19@sha256       | clickhouse-server:26.7.3.19 | "integration: image without digest"
            "run: make lint"                         | "run: echo ${{ github.event.pull_request.title }}" | "lint: text of others"
            """)
    void rules_ofAFileWithAFault_nameIt(String good, String bad, String fault) throws IOException {
        String text = Yaml.read(".github/workflows/ci.yml");
        assertTrue(text.contains(good), good);

        List<String> found = WorkflowRules.faults(text.replace(good, bad));

        assertTrue(found.stream().anyMatch(line -> line.startsWith(fault)), () -> fault + " is not among " + found);
    }

    /// What CI says that it runs, a person can run.
    @ParameterizedTest
    @MethodSource("workflows")
    void workflow_usesTargetsThatThereAre(String file) throws IOException {
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
        List<String> used = Pattern.compile("uses: (\\S+@\\S+ # \\S+)").matcher(all).results().map(use -> use.group(1)).distinct().toList();
        assertEquals(used.stream().map(use -> use.replaceFirst("@.*", "")).distinct().count(), used.size(), used.toString());
    }
}
