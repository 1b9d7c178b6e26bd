package com.fanfinity.analytics.testing;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;

import com.fanfinity.analytics.stack.process.PathLookup;
import com.fanfinity.analytics.stack.process.ProjectDir;

/// Programs and packages that a machine may lack. Without them a test is skipped, or fails with `REQUIRE_ALL=1`.
public final class Requirements {

    private Requirements() {}

    /// @return the path of a program on the PATH
    public static Path program(String name) {
        return PathLookup.find(name)
                .orElseGet(() -> missing("There is no " + name + " on the PATH. `make tools` installs it."));
    }

    /// @return the path of Node, for a script that imports packages of package.json
    public static Path node() {
        npmPackage("typescript");
        return program("node");
    }

    /// @return the directory of an installed npm package, for a test that reads it or runs Node with it
    public static Path npmPackage(String name) {
        Path directory = ProjectDir.find().resolve("node_modules").resolve(name);
        return Files.isDirectory(directory)
                ? directory
                : missing("The npm package " + name + " is missing. `npm ci` installs it.");
    }

    /// Skips the test, or fails it with `REQUIRE_ALL=1`.
    static Path missing(String message) {
        return "1".equals(System.getenv("REQUIRE_ALL")) ? fail(message) : abort(message);
    }
}
