package com.fanfinity.analytics.query;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// A read that finds nothing at first, and is repeated until it is certain that there is nothing to find.
///
/// @param result of the last read
/// @param isCertain whether the replica contained every event acknowledged before the first read
record CatchUpRead<T>(T result, boolean isCertain) {

    private static final Duration POLL_INTERVAL = Duration.ofMillis(5);

    /// A replica that has not caught up by then lags, so that short intervals no longer pay.
    private static final Duration EAGER_FOR = Duration.ofMillis(100);
    private static final Duration LATER_POLL_INTERVAL = Duration.ofMillis(20);

    /// Repeats a read until it finds something, until the replica has caught up, or until the limit.
    ///
    /// @param isCaughtUp whether the replica contains every event that was acknowledged before this call
    static <T> CatchUpRead<T> until(BooleanSupplier isCaughtUp, Duration limit, Supplier<T> read,
            Predicate<T> isNothing) {
        long start = System.nanoTime();
        while (true) {
            boolean caughtUp = isCaughtUp.getAsBoolean(); // before the read, which is then as new as the request
            T result = read.get();
            if (!isNothing.test(result) || caughtUp) {
                return new CatchUpRead<>(result, caughtUp);
            }
            long waited = System.nanoTime() - start;
            if (waited >= limit.toNanos()) {
                return new CatchUpRead<>(result, false);
            }
            Duration pause = waited < EAGER_FOR.toNanos() ? POLL_INTERVAL : LATER_POLL_INTERVAL;
            LockSupport.parkNanos(pause.toNanos());
        }
    }
}
