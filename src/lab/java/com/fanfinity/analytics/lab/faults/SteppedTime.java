package com.fanfinity.analytics.lab.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.locks.LockSupport;

/// The wall clock of a process under test, with an offset that it reads from a file repeatedly.
public final class SteppedTime {

    /// The environment variable with the path of the file, which contains a signed number of milliseconds.
    public static final String FILE = "TEST_CLOCK_FILE";

    private static final long LOOK_NANOS = Duration.ofMillis(50).toNanos();
    private static volatile long offset = read();

    static {
        Thread.ofPlatform().daemon().name("stepped-time").start(() -> {
            while (true) {
                LockSupport.parkNanos(LOOK_NANOS);
                offset = read();
            }
        });
    }

    private SteppedTime() {}

    /// The wall clock in milliseconds since the epoch. Kafka's clock calls this, see `SteppedClock`.
    public static long millis() {
        return System.currentTimeMillis() + offset;
    }

    private static long read() {
        try {
            return Long.parseLong(Files.readString(Path.of(System.getenv(FILE))).strip());
        } catch (IOException e) {
            throw new IllegalStateException("no offset in the file of " + FILE, e);
        }
    }

    /// The same wall clock, with the fractions of a millisecond of another clock.
    public static final class Of extends Clock {
        private final Clock right;

        public Of(Clock right) {
            this.right = right;
        }

        @Override
        public Instant instant() {
            return right.instant().plusMillis(offset);
        }

        @Override
        public ZoneId getZone() {
            return right.getZone();
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return new Of(right.withZone(zone));
        }
    }
}
