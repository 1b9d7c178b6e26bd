package com.fanfinity.analytics.shipping;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fanfinity.analytics.stack.process.ProjectDir;
import com.fanfinity.analytics.testing.Program;

/// Runs shellcheck on all shell scripts, including those in workflows.
class ShellScriptsTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern SHELL = Pattern.compile("#!\\s*\\S*/(env\\s+)?(ba|da)?sh\\b.*", Pattern.DOTALL);
    private static final Pattern EXPRESSION = Pattern.compile("\\$\\{\\{.*?}}");

    /// All files below `root` that start like a shell script, except in directories that its `.gitignore` names.
    private static List<Path> scripts(Path root) throws IOException {
        Set<Path> others = Files.readAllLines(root.resolve(".gitignore")).stream().filter(line -> line.matches("/.+/"))
                .map(line -> root.resolve(line.substring(1))).collect(Collectors.toSet());
        others.add(root.resolve(".git"));
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {

            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                return others.contains(directory) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile() && SHELL.matcher(start(file)).matches()) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }

    private static String start(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(64), ISO_8859_1);
        }
    }

    /// Writes each step of the workflows to its own file. A word replaces each GitHub expression.
    private static List<Path> steps(Path directory) throws IOException {
        List<Path> files = new ArrayList<>();
        for (String workflow : WorkflowsTest.workflows()) {
            for (Yaml job : Yaml.parse(Yaml.read(workflow)).at("jobs").map().values()) {
                for (String run : job.at("steps").list().stream().map(step -> step.at("run").text())
                        .filter(run -> !run.isEmpty())
                        .toList()) {
                    files.add(Files.writeString(directory.resolve(Path.of(workflow).getFileName() + "-" + files.size()),
                            "#!/bin/bash\n" + EXPRESSION.matcher(run).replaceAll("given")));
                }
            }
        }
        return files;
    }

    private static Program.Result check(List<Path> scripts) throws IOException, InterruptedException {
        return Program.find("shellcheck").run(LIMIT, ProjectDir.find(), "",
                Stream.concat(Stream.of("--external-sources",
                        "--source-path=SCRIPTDIR", "--format=gcc"), scripts.stream().map(Path::toString))
                        .toArray(String[]::new));
    }

    @Test
    void scripts_areAccepted(@TempDir Path directory) throws Exception {
        List<Path> scripts = scripts(ProjectDir.find());
        assertTrue(
                scripts.containsAll(
                        Stream.of(".ci/run", "bin/tools", "ops/clickhouse/backup.sh").map(Yaml::path).toList()),
                scripts::toString);
        List<Path> steps = steps(directory);
        assertTrue(steps.size() > 10, steps::toString);

        Program.Result result = check(Stream.concat(scripts.stream(), steps.stream()).toList());

        assertEquals("", result.output());
        assertEquals(0, result.exitCode());
    }

    @Test
    void script_withAFault_isReportedWithItsName(@TempDir Path root) throws Exception {
        Files.writeString(root.resolve(".gitignore"), "/target/\n*.class\n");
        Files.createDirectories(root.resolve("target"));
        String fault = "\nrm -r $1\n";
        Files.writeString(root.resolve("target/not-ours"), "#!/bin/sh" + fault);
        Files.writeString(root.resolve("notes"), "# no script" + fault);
        Path first = Files.writeString(Files.createDirectories(root.resolve(".bin")).resolve("first"),
                "#!/usr/bin/env bash" + fault);
        Path second = Files.writeString(root.resolve("second"), "#!/bin/sh" + fault);

        List<Path> scripts = scripts(root);
        Program.Result result = check(scripts);

        assertEquals(Set.of(first, second), Set.copyOf(scripts));
        assertEquals(1, result.exitCode(), result.output());
        assertTrue(result.output().contains(first + ":2:") && result.output().contains(second + ":2:"),
                result.output());
    }
}
