package com.fanfinity.analytics.faults;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;

import javax.tools.ToolProvider;

import com.fanfinity.analytics.lab.faults.SteppedTime;

/// The wall clock of another process, which a test can set. The monotonic clock continues, as when an operator sets a
/// machine's clock.
///
/// The service's own clock is injected. The clock class of Kafka's clients is replaced by one that uses
/// {@link SteppedTime}.
final class SteppedClock {

    /// Runs the service with this clock.
    static final String MAIN = "com.fanfinity.analytics.lab.faults.SteppedClockMain";

    /// The same as Kafka's own class, except `milliseconds`.
    private static final String KAFKAS_CLOCK = """
            package org.apache.kafka.common.utils;

            class SystemTime implements Time {
                private static final SystemTime SYSTEM_TIME = new SystemTime();

                public static SystemTime getSystemTime() {
                    return SYSTEM_TIME;
                }

                public long milliseconds() {
                    return com.fanfinity.analytics.lab.faults.SteppedTime.millis();
                }

                public long nanoseconds() {
                    return System.nanoTime();
                }

                public void sleep(long ms) {
                    Utils.sleep(ms);
                }

                public void waitObject(Object object, java.util.function.Supplier<Boolean> condition, long deadline)
                        throws InterruptedException {
                    synchronized (object) {
                        while (!condition.get()) {
                            long now = milliseconds();
                            if (now >= deadline) {
                                throw new org.apache.kafka.common.errors.TimeoutException("Condition not satisfied "
                                        + "before deadline");
                            }
                            object.wait(deadline - now);
                        }
                    }
                }
            }
            """;

    private final Path classes;
    private final Path offset;

    private SteppedClock(Path classes, Path offset) {
        this.classes = classes;
        this.offset = offset;
    }

    /// A clock without an offset.
    static SteppedClock in(Path directory) throws IOException {
        Path source = Files.writeString(directory.resolve("SystemTime.java"), KAFKAS_CLOCK);
        Path classes = Files.createDirectories(directory.resolve("classes"));
        int failed = ToolProvider.getSystemJavaCompiler().run(null, System.out, System.err, "-proc:none", "-cp",
                System.getProperty("java.class.path"), "-d", classes.toString(), source.toString());
        if (failed != 0) {
            throw new IllegalStateException("Kafka's clock has changed: " + source + " does not compile");
        }
        SteppedClock clock = new SteppedClock(classes, directory.resolve("clock"));
        clock.set(Duration.ZERO);
        return clock;
    }

    /// The environment variables for the process.
    Map<String, String> environment() {
        return Map.of("CLASSPATH", classes + File.pathSeparator + System.getProperty("java.class.path"),
                SteppedTime.FILE,
                offset.toString());
    }

    /// Sets the clock. The process uses the new time almost immediately.
    void set(Duration fromTheRightTime) throws IOException {
        Path next = Files.writeString(offset.resolveSibling("clock.next"), Long.toString(fromTheRightTime.toMillis()));
        Files.move(next, offset, StandardCopyOption.ATOMIC_MOVE);
    }
}
