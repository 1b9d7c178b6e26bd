package com.fanfinity.analytics.simulator;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Logs one line when the service stops accepting events, and one when it accepts them again.
final class OutageLog implements SendListener {
    private static final Logger log = LoggerFactory.getLogger(OutageLog.class);

    private final SimulatorClock clock;
    private @Nullable Long downSinceNanos;

    OutageLog(SimulatorClock clock) {
        this.clock = clock;
    }

    @Override
    public synchronized void retrying(int events, String reason, Duration wait) {
        if (downSinceNanos == null) {
            downSinceNanos = clock.nanoTime();
            log.atWarn().addKeyValue("reason", reason).log("service does not accept events: holding and retrying them");
        }
    }

    @Override
    public synchronized void answered(int status, int events, Duration latency) {
        Long since = downSinceNanos;
        if (since != null && status < 300) {
            downSinceNanos = null;
            log.atInfo().addKeyValue("seconds", Duration.ofNanos(clock.nanoTime() - since).toSeconds())
                    .log("service accepts events again");
        }
    }
}
