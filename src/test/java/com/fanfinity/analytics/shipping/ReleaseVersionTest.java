package com.fanfinity.analytics.shipping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.fanfinity.analytics.testing.Program;

/// Runs `bin/release-version` on copies of the project's files with test versions.
class ReleaseVersionTest {

    private static final String CHART = "ops/kubernetes/chart/Chart.yaml";

    @TempDir
    Path project;

    @BeforeEach
    void project() throws IOException {
        copy("bin/release-version", "^", "");
        copy("pom.xml", "(?m)^  <version>.*</version>$", "  <version>1.2.3</version>");
        copy(CHART, "(?m)^(version|appVersion):.*$", "$1: 1.2.3");
        Files.writeString(project.resolve("CHANGELOG.md"),
                "# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2026-11-22\n\n## [1.2.2] - 2026-11-21\n");
    }

    private void copy(String file, String of, String by) throws IOException {
        Files.createDirectories(project.resolve(file).getParent());
        Files.writeString(project.resolve(file), Yaml.read(file).replaceAll(of, by));
    }

    private Program.Result run(String tag) throws IOException, InterruptedException {
        return Program.find("sh").run(Duration.ofSeconds(30), project, "", "bin/release-version", tag);
    }

    @Test
    void version_inAllFiles_isPrinted() throws Exception {
        assertEquals(new Program.Result(0, "version=1.2.3\n"), run("v1.2.3"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            pom.xml      | "  <version>1.2.3<"     | "  <version>1.2.2<"     | pom.xml
            CHANGELOG.md | "## [1.2.3]"            | "## [1.2.4]"            | CHANGELOG.md
            CHANGELOG.md | "## [1.2.3] - "         | "### "                  | CHANGELOG.md
            Chart.yaml   | "\nversion: 1.2.3"      | "\nversion: 1.2.2"      | "Chart.yaml's version is"
            Chart.yaml   | "\nversion: 1.2.3"      | ""                      | "Chart.yaml's version is"
            Chart.yaml   | "\nappVersion: 1.2.3"   | "\nappVersion: 1.2.30"  | "Chart.yaml's appVersion is"
            """)
    void version_differentInOneFile_isRejectedWithTheFilesName(String file, String good, String bad, String named)
            throws Exception {
        Path path = project.resolve(file.equals("Chart.yaml") ? CHART : file);
        String text = Files.readString(path);
        assertTrue(text.contains(good), text);
        Files.writeString(path, text.replace(good, bad));

        Program.Result result = run("v1.2.3");

        assertEquals(1, result.exitCode());
        assertTrue(result.output().startsWith("The tag is v1.2.3, but the version in " + named), result.output());
    }
}
