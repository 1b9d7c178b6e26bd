package com.fanfinity.analytics.security;

import java.util.concurrent.atomic.AtomicLongArray;

import com.fanfinity.analytics.config.Security.Rate;

/// The generic cell rate algorithm: a bucket that fills at a rate, kept as one number. The number is the time at which
/// the bucket will be full again. A request moves it into the future by its cost, and is refused if that is further
/// ahead than the burst allows.
///
/// A new bucket is full.
final class Gcra {

    private static final double NANOS_PER_SECOND = 1e9;

    /// The result of a charge that was not refused.
    static final long ADMITTED = 0;

    private Gcra() {}

    /// Charges the bucket, or leaves it as it is.
    ///
    /// @param buckets holds the bucket at the index; 0 is a full one
    /// @param now nanoseconds of a clock that started at 0 or later
    /// @return {@link #ADMITTED}, or the nanoseconds after which the same charge would be admitted
    static long charge(AtomicLongArray buckets, int index, Rate rate, long cost, long now) {
        long full = burstNanos(rate);
        long needed = Math.max(1, (long) nanos(rate, cost));
        while (true) {
            long before = buckets.get(index);
            long after = Math.max(before, now) + needed;
            if (after - now > full) {
                return after - now - full;
            }
            if (buckets.compareAndSet(index, before, after)) {
                return ADMITTED;
            }
        }
    }

    /// The units that the bucket would admit now.
    static long remaining(AtomicLongArray buckets, int index, Rate rate, long now) {
        long used = Math.max(0, buckets.get(index) - now);
        return Math.max(0, (long) ((burstNanos(rate) - used) / NANOS_PER_SECOND * rate.perSecond()));
    }

    /// Rounded up, while a charge is rounded down: otherwise the units of a burst, charged one by one, would not fit.
    private static long burstNanos(Rate rate) {
        return (long) Math.ceil(nanos(rate, rate.burst()));
    }

    private static double nanos(Rate rate, long units) {
        return units * NANOS_PER_SECOND / rate.perSecond();
    }
}
