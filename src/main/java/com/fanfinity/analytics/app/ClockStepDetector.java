package com.fanfinity.analytics.app;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Notices that the machine's clock was set back under this process, and says so to those who wait by it.
///
/// Kafka's clients and stream threads measure time by the wall clock. Set back, it keeps them from committing, from sending heartbeats and
/// from trying a connection again until it has caught up, and nobody is told. Set forward it only makes them do so at once.
final class ClockStepDetector implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ClockStepDetector.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /// Less is waited out: no session at the broker is over by then.
    static final Duration TOLERATED = Duration.ofSeconds(5);

    private final Clock clock;
    private final List<Runnable> onSetBack;
    private final ScheduledExecutorService scheduler = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("clock-watch").factory());
    private long latest;

    /// @param onSetBack what is done then, one after another
    ClockStepDetector(Clock clock, List<Runnable> onSetBack) {
        this.clock = clock;
        this.onSetBack = List.copyOf(onSetBack);
        this.latest = clock.millis();
    }

    void start() {
        var _ = scheduler.scheduleWithFixedDelay(this::look, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// To be called by one thread.
    void look() {
        long now = clock.millis();
        if (now >= latest - TOLERATED.toMillis()) {
            latest = Math.max(latest, now);
            return;
        }
        LOG.atWarn().addKeyValue("seconds", (latest - now) / 1_000).log("the clock was set back; Kafka's clients are made anew");
        latest = now;
        for (Runnable one : onSetBack) {
            try {
                one.run();
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).log("what must be made anew after the clock was set back could not be");
            }
        }
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
    }
}
