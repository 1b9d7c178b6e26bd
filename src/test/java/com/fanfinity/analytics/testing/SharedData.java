package com.fanfinity.analytics.testing;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import com.fanfinity.analytics.local.ProjectDir;

/// The recorded matches, which lie beside the checkout and are no part of it.
///
/// Where they are missing a test is skipped, and says what is missing; with `REQUIRE_ALL=1` in the environment it fails instead.
public final class SharedData {
    /// System property that names the folder of `data/`, where it is not a sibling of the checkout.
    static final String PROPERTY = "analytics.shared";

    private SharedData() {}

    /// @return the files `*.ndjson`, one a match, sorted by name, at least one
    public static List<Path> matches() {
        Path folder = folder().resolve("data").resolve("matches");
        if (!Files.isDirectory(folder)) {
            missing("the recorded matches are not at " + folder + "; name the folder above data/ with -D" + PROPERTY);
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> matches = files.filter(file -> file.toString().endsWith(".ndjson")).sorted().toList();
            if (matches.isEmpty()) {
                missing("there is no .ndjson in " + folder);
            }
            return matches;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /// Beside the checkout, or beside the folder of its worktrees.
    private static Path folder() {
        String named = System.getProperty(PROPERTY);
        if (named != null) {
            return Path.of(named);
        }
        Path root = ProjectDir.find();
        Path beside = root.resolveSibling("shared");
        Path above = root.resolve("../../shared").normalize();
        return !Files.isDirectory(beside) && Files.isDirectory(above) ? above : beside;
    }

    private static void missing(String what) {
        if ("1".equals(System.getenv("REQUIRE_ALL"))) {
            fail(what);
        }
        assumeTrue(false, what);
    }
}
