package com.fanfinity.analytics.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.stack.process.Ports;
import com.fanfinity.analytics.stack.process.ProjectDir;

/// One broker and one engine for all tests of a JVM, started on first use. A test that kills a process starts its own.
///
/// `KAFKA_BOOTSTRAP_SERVERS` and `CLICKHOUSE_URL` replace them by running servers: `make test-external`.
///
/// Because tests share them, each test uses its own names of topics and databases. Data and logs stay in
/// `target/real-parts/`.
public final class RealParts {
    private static final Object LOCK = new Object();
    private static @Nullable KafkaBroker broker;
    private static @Nullable ClickHouseEngine engine;

    private RealParts() {}

    public static KafkaBroker broker() {
        synchronized (LOCK) {
            if (broker == null) {
                String external = System.getenv().getOrDefault("KAFKA_BOOTSTRAP_SERVERS", "");
                broker = external.isEmpty()
                        ? started(() -> KafkaBroker.start(directory("kafka"), Ports.free()))
                        : KafkaBroker.external(external);
            }
            return broker;
        }
    }

    public static ClickHouseEngine engine() {
        synchronized (LOCK) {
            if (engine == null) {
                engine = started(() -> ClickHouseEngine.start(directory("clickhouse"), Ports.free()));
            }
            return engine;
        }
    }

    /// @return a new directory under `target/real-parts/`
    public static Path directory(String prefix) throws IOException {
        return Files.createTempDirectory(Files.createDirectories(ProjectDir.find().resolve("target/real-parts")),
                prefix + "-");
    }

    private static <T extends AutoCloseable> T started(Start<T> start) {
        try {
            T part = start.get();
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> close(part)));
            return part;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while starting", e);
        }
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @FunctionalInterface
    private interface Start<T> {
        T get() throws IOException, InterruptedException;
    }
}
