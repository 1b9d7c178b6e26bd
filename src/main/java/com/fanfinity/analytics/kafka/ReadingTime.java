package com.fanfinity.analytics.kafka;

import java.time.Instant;

/// The time at which a reading of end offsets began, by the wall clock and by the monotonic clock.
///
/// Only the monotonic clock shows whether a reading began after a request. Clients know only the wall clock, which can
/// be set while a reading is in use.
///
/// @param nanos of {@link System#nanoTime}
public record ReadingTime(Instant wall, long nanos) {

    /// The time before which every acknowledged event is part of the reading, by the wall clock of this instance.
    ///
    /// If the clock was set back since, an event that is acknowledged now has an earlier time than the reading. If it
    /// was set forward, an event between the reading and the step has the time of the old clock. So the result is the
    /// earlier one of the two times that the old and the new clock give the reading.
    public Instant asOf(Instant now, long nowNanos) {
        Instant byTheNewClock = now.minusNanos(nowNanos - nanos);
        return byTheNewClock.isBefore(wall) ? byTheNewClock : wall;
    }

    /// Whether this time is not before the other one.
    public boolean isSince(long otherNanos) {
        return nanos - otherNanos >= 0;
    }
}
