package com.fanfinity.analytics.simulator;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

import com.fanfinity.analytics.event.Backoff;

/// When to send again: exponential backoff with jitter, never sooner than the service asked for.
///
/// @param first the longest wait before the second attempt
/// @param longest no wait is longer than this, whatever `Retry-After` says
/// @param attempts how often one event is sent at most, from 1
record RetryPolicy(Duration first, Duration longest, int attempts) {
    RetryPolicy {
        if (!first.isPositive() || longest.compareTo(first) < 0 || attempts < 1) {
            throw new IllegalArgumentException("first, longest and attempts must be positive, longest at least first");
        }
    }

    /// For a file: gives up after about a minute of trying.
    static RetryPolicy bounded() {
        return new RetryPolicy(Duration.ofMillis(200), Duration.ofSeconds(15), 10);
    }

    /// For a feed that outlives the service: never gives up.
    static RetryPolicy endless() {
        return new RetryPolicy(Duration.ofMillis(200), Duration.ofSeconds(5), Integer.MAX_VALUE);
    }

    /// The wait after the `failures`-th failed attempt in a row (from 1): between half of the exponential step and all of
    /// it, or `Retry-After` with up to a quarter of a step on top, so that many clients do not come back at once.
    Duration delay(int failures, Optional<Duration> retryAfter, RandomGenerator random) {
        var backoff = new Backoff(first, longest, random::nextDouble);
        long quarter = backoff.step(failures).toMillis() / 4;
        Duration own = backoff.after(failures);
        Duration asked = retryAfter.map(after -> after.plusMillis(random.nextLong(quarter + 1))).orElse(Duration.ZERO);
        Duration wait = asked.compareTo(own) > 0 ? asked : own;
        return wait.compareTo(longest) > 0 ? longest : wait;
    }
}
