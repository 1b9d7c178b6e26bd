package com.fanfinity.analytics.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import com.fanfinity.analytics.stack.process.ProjectDir;

/// The engine's library, which package.json pins and npm brings.
final class EngineLibrary {
    private EngineLibrary() {}

    /// @return `libchdb.so`, after `npm ci` if it is not there
    static Path find() throws IOException, InterruptedException {
        Path root = ProjectDir.find();
        Path library = root.resolve("node_modules/@chdb/lib-linux-x64-gnu/libchdb.so");
        if (!Files.exists(library)) {
            System.out.println("the ClickHouse engine is not here yet: npm ci (150 MB, once)");
            int exit = new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund").directory(root.toFile()).inheritIO().start()
                    .waitFor();
            if (exit != 0 || !Files.exists(library)) {
                throw new IllegalStateException("""
                        npm ci in %s ended with %d and brought no %s. The library is for Linux on x86-64 with glibc; elsewhere put \
                        a `clickhouse` binary on the PATH, or name a server in CLICKHOUSE_URL.""".formatted(root, exit,
                        root.relativize(library)));
            }
        }
        return library;
    }
}
