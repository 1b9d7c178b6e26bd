package com.fanfinity.analytics.streams;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether the standbys of this instance have caught up once since its start. Until then it may be that the only warm copy of a partition
/// is on the instance that a rolling restart takes down next.
///
/// It ends, once and for all: when they have caught up, when there are none, or when patience does.
final class StandbyWarmUp {

    private static final Logger LOG = LoggerFactory.getLogger(StandbyWarmUp.class);

    /// As Kafka's `acceptable.recovery.lag`: what is left is read within a second or so. Not 0, because under load a standby is always a
    /// commit behind, and because the ends of transactions count in a changelog and are never read.
    static final long CAUGHT_UP = 10_000;

    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final LongSupplier nanoTime;
    private OptionalLong since = OptionalLong.empty();
    private boolean over;

    StandbyWarmUp(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    synchronized boolean isOver() {
        return over;
    }

    /// To be called when the active tasks are restored; patience begins with the first call.
    ///
    /// @param behind records that the standbys still have to read; empty if it is not known
    /// @return whether it is over
    synchronized boolean look(OptionalLong behind) {
        if (over) {
            return true;
        }
        long now = nanoTime.getAsLong();
        if (since.isEmpty()) {
            since = OptionalLong.of(now);
        }
        if (behind.isPresent() && behind.getAsLong() <= CAUGHT_UP) {
            over = true;
        } else if (now - since.getAsLong() >= PATIENCE.toNanos()) {
            over = true;
            LOG.atWarn().addKeyValue("seconds", PATIENCE.toSeconds()).addKeyValue("behind", behind)
                    .log("standbys have not caught up; they are not waited for any longer");
        }
        return over;
    }
}
