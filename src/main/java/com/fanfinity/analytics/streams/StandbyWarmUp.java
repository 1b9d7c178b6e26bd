package com.fanfinity.analytics.streams;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tracks whether the standbys of this instance have caught up once since its start. Until then the only warm replica
/// of a partition may be on the instance that a rolling restart stops next.
///
/// The warm-up finishes once: when the standbys have caught up, when there are none, or after {@link #LIMIT}.
final class StandbyWarmUp {

    private static final Logger LOG = LoggerFactory.getLogger(StandbyWarmUp.class);

    /// Kafka's default `acceptable.recovery.lag`; a standby reads so many records in about one second. The bound is not
    /// 0, because under load a standby is always one commit behind, and because the lag counts transaction markers,
    /// which are never read.
    static final long CAUGHT_UP = 10_000;

    static final Duration LIMIT = Duration.ofSeconds(60);

    private final LongSupplier nanoTime;
    private OptionalLong since = OptionalLong.empty();
    private boolean finished;

    StandbyWarmUp(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    synchronized boolean isFinished() {
        return finished;
    }

    /// Call this when the active tasks are restored. The limit begins with the first call.
    ///
    /// @param lag records that the standbys still have to read; empty if not known
    /// @return whether the warm-up is finished
    synchronized boolean update(OptionalLong lag) {
        if (finished) {
            return true;
        }
        long now = nanoTime.getAsLong();
        if (since.isEmpty()) {
            since = OptionalLong.of(now);
        }
        if (lag.isPresent() && lag.getAsLong() <= CAUGHT_UP) {
            finished = true;
        } else if (now - since.getAsLong() >= LIMIT.toNanos()) {
            finished = true;
            LOG.atWarn().addKeyValue("seconds", LIMIT.toSeconds()).addKeyValue("lag", lag)
                    .log("standbys did not catch up within the limit; the instance becomes ready without them");
        }
        return finished;
    }
}
