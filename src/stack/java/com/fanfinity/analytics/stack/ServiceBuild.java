package com.fanfinity.analytics.stack;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import com.fanfinity.analytics.stack.process.Child;

/// The classes that a [ServiceProcess] runs: the compiled tree, or the jar of another build.
///
/// @param classPath of another build; empty for the compiled tree, which also has an AOT cache
public record ServiceBuild(Optional<String> classPath) {

    public static final ServiceBuild COMPILED = new ServiceBuild(Optional.empty());

    private static final String PACKAGE = Child.class.getPackageName().replace('.', '/');
    private static final String CHILD = PACKAGE + "/Child.class";

    /// A build in the layout of `bin/build-of`: a jar whose manifest names its libraries in `lib`. The only class of
    /// the compiled tree on the class path is [Child], in a directory of its own.
    ///
    /// @throws IllegalArgumentException if there is not exactly one jar in the directory
    public static ServiceBuild in(Path directory) throws IOException {
        Path home = directory.toAbsolutePath();
        Path child = Files.createDirectories(home.resolve("child").resolve(PACKAGE)).resolve("Child.class");
        try (InputStream compiled = ClassLoader.getSystemResourceAsStream(CHILD)) {
            if (compiled == null) {
                throw new IllegalStateException("not on the class path: " + CHILD);
            }
            Files.copy(compiled, child, StandardCopyOption.REPLACE_EXISTING);
        }
        return new ServiceBuild(Optional.of(jar(home) + File.pathSeparator + home.resolve("child")));
    }

    private static Path jar(Path home) throws IOException {
        try (Stream<Path> files = Files.list(home)) {
            List<Path> jars = files.filter(file -> file.toString().endsWith(".jar")).toList();
            if (jars.size() != 1) {
                throw new IllegalArgumentException("expected one jar in " + home + ", found " + jars);
            }
            return jars.getFirst();
        }
    }
}
