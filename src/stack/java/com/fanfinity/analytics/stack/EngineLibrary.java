package com.fanfinity.analytics.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import com.fanfinity.analytics.stack.process.ProjectDir;

/// The engine as a library, in an npm package whose version package.json pins.
final class EngineLibrary {
    private static final String HINT = """
            The package is for Linux on x86-64 with glibc. Elsewhere, put a `clickhouse` binary on the PATH or set \
            CLICKHOUSE_URL.""";

    private EngineLibrary() {}

    /// @return `libchdb.so`, which this method installs if it is missing
    /// @throws EngineMissingException if npm is missing or does not install it
    static Path find() throws InterruptedException {
        Path root = ProjectDir.find();
        Path library = root.resolve("node_modules/@chdb/lib-linux-x64-gnu/libchdb.so");
        if (!Files.exists(library)) {
            System.out.println("Installing the ClickHouse engine with npm (150 MB, once).");
            int exit = install(root);
            if (exit != 0 || !Files.exists(library)) {
                throw new EngineMissingException(
                        "npm ended with exit code %d and did not install the ClickHouse engine. %s"
                                .formatted(exit, HINT));
            }
        }
        return library;
    }

    private static int install(Path root) throws InterruptedException {
        try {
            return new ProcessBuilder("npm", "ci", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error")
                    .directory(root.toFile())
                    .inheritIO().start().waitFor();
        } catch (IOException e) {
            throw new EngineMissingException(
                    "The ClickHouse engine is missing, and npm cannot run to install it. " + HINT, e);
        }
    }
}
