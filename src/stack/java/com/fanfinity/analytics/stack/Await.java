package com.fanfinity.analytics.stack;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/// Awaits a condition with a time limit, so that tests do not sleep.
public final class Await {
    private static final long POLL_NANOS = Duration.ofMillis(20).toNanos();

    private Await() {}

    /// Polls `condition` until it is true. An exception counts as "not yet".
    ///
    /// @param what the condition in words, for the failure's message
    /// @throws AssertionError after `limit`, with the last exception as its cause
    public static void until(Duration limit, String what, Callable<Boolean> condition) {
        until(limit, what, condition, Boolean::booleanValue);
    }

    /// Polls `value` until it satisfies `condition`, and returns it.
    ///
    /// @throws AssertionError after `limit`, with the last value in its message or the last exception as its cause
    public static <T> T until(Duration limit, String what, Callable<T> value, Predicate<? super T> condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        @Nullable
        T last = null;
        @Nullable
        Exception failure = null;
        do {
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("interrupted while awaiting: " + what);
            }
            try {
                failure = null;
                last = value.call();
                if (condition.test(last)) {
                    return last;
                }
            } catch (Exception e) {
                failure = e;
            }
            LockSupport.parkNanos(POLL_NANOS);
        } while (System.nanoTime() < deadline);
        throw new AssertionError("not within " + limit + ": " + what + "; last value: " + last, failure);
    }
}
