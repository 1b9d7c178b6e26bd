package com.fanfinity.analytics.stack;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;

import com.fanfinity.analytics.event.WireName;
import com.fanfinity.analytics.stack.process.ChildProcess;
import com.fanfinity.analytics.stack.process.ProjectDir;

/// An ahead-of-time cache in `target/aot` with the loaded, linked and profiled classes of a program (JEP 514, 515). The
/// service needs 2.1 s of CPU instead of 5.2 s until it listens.
///
/// [AotTraining] creates a cache. Its file name contains a fingerprint of the classes, so a change makes it unusable. A
/// program starts without a cache if there is none or the JVM rejects it. The class path must consist of jars, so the
/// compiled classes are packed.
final class AotCache {

    enum Program {
        SERVICE("target/test.classpath", "target/classes", ""),
        BROKER("target/broker.classpath", "target/test-classes",
                "com/fanfinity/analytics/stack/BrokerMain");

        private final String jars;
        private final String classes;
        private final String prefix;

        /// @param jars the file with the class path
        /// @param prefix the path prefix of the program's compiled classes
        Program(String jars, String classes, String prefix) {
            this.jars = jars;
            this.classes = classes;
            this.prefix = prefix;
        }

        /// The cache for the current classes, if it exists.
        Optional<AotCache> cache() throws IOException {
            AotCache cache = new AotCache(this);
            return Files.exists(cache.file) ? Optional.of(cache) : Optional.empty();
        }

        /// Packs the compiled classes for a training run.
        AotCache prepare() throws IOException {
            AotCache cache = new AotCache(this);
            cache.writeJar();
            return cache;
        }
    }

    private static final Path ROOT = ProjectDir.find();
    private static final String CHILD = "com/fanfinity/analytics/stack/process/Child.class";

    private final Program program;
    private final String jars;
    private final Path jar;
    private final Path file;

    private AotCache(Program program) throws IOException {
        this.program = program;
        this.jars = Files.readString(ROOT.resolve(program.jars)).strip();
        String name = WireName.of(program) + "-" + fingerprint();
        this.jar = ROOT.resolve("target/aot").resolve(name + ".jar");
        this.file = ROOT.resolve("target/aot").resolve(name + ".aot");
    }

    Map<String, String> environment() {
        return Map.of(ChildProcess.CLASSPATH, jar + File.pathSeparator + jars);
    }

    List<String> options() {
        return List.of("-XX:AOTCache=" + file, "-Xlog:aot=off");
    }

    List<String> trainingOptions() {
        return List.of("-XX:AOTCacheOutput=" + unfinished());
    }

    /// @throws IOException if the training run wrote no cache
    void finish() throws IOException {
        Files.move(unfinished(), file, StandardCopyOption.ATOMIC_MOVE);
    }

    private Path unfinished() {
        return file.resolveSibling(file.getFileName() + ".new");
    }

    /// Covers name, size and time of each class, as a JVM compares the jars.
    private String fingerprint() throws IOException {
        CRC32 crc = new CRC32();
        crc.update((System.getProperty("java.vm.version") + jars).getBytes(StandardCharsets.UTF_8));
        for (Path path : Stream.concat(classes().stream(), Stream.of(child())).toList()) {
            crc.update((path + " " + Files.size(path) + " " + Files.getLastModifiedTime(path))
                    .getBytes(StandardCharsets.UTF_8));
        }
        return Long.toHexString(crc.getValue());
    }

    private static Path child() {
        return ROOT.resolve("target/test-classes").resolve(CHILD);
    }

    private List<Path> classes() throws IOException {
        Path root = ROOT.resolve(program.classes);
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .filter(path -> root.relativize(path).toString().startsWith(program.prefix)).sorted()
                    .toList();
        }
    }

    private void writeJar() throws IOException {
        Files.createDirectories(ROOT.resolve("target/aot"));
        Path root = ROOT.resolve(program.classes);
        try (OutputStream out = Files.newOutputStream(jar); JarOutputStream entries = new JarOutputStream(out)) {
            add(entries, CHILD, child());
            for (Path path : classes()) {
                add(entries, root.relativize(path).toString(), path);
            }
        }
    }

    private static void add(JarOutputStream entries, String name, Path path) throws IOException {
        entries.putNextEntry(new JarEntry(name));
        Files.copy(path, entries);
        entries.closeEntry();
    }
}
