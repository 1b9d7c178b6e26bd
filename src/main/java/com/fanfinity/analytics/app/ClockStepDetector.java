package com.fanfinity.analytics.app;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Detects that the machine's wall clock was set back while this process runs.
///
/// Kafka's clients and stream threads wait by the wall clock. After a step back they stop committing, sending
/// heartbeats and reconnecting until the clock has caught up, and they report no error. A step forward only makes these
/// waits end early.
final class ClockStepDetector implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ClockStepDetector.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /// A smaller step back is harmless: no session at the broker expires within that time.
    static final Duration TOLERATED = Duration.ofSeconds(5);

    private final Clock clock;
    private final Runnable onSetBack;
    private final ScheduledExecutorService scheduler = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("clock-step-detector").factory());
    private long latest;

    ClockStepDetector(Clock clock, Runnable onSetBack) {
        this.clock = clock;
        this.onSetBack = onSetBack;
        this.latest = clock.millis();
    }

    void start() {
        var _ = scheduler.scheduleWithFixedDelay(this::check, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Not thread-safe: only the scheduler's thread calls it.
    void check() {
        long now = clock.millis();
        if (now >= latest - TOLERATED.toMillis()) {
            latest = Math.max(latest, now);
            return;
        }
        LOG.atError().addKeyValue("seconds", (latest - now) / 1_000)
                .log("the wall clock was set back; the process ends and must be restarted");
        latest = now;
        onSetBack.run();
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
    }
}
