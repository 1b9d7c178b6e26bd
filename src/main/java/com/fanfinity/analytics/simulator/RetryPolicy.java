package com.fanfinity.analytics.simulator;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

import com.fanfinity.analytics.event.Backoff;

/// When to retry: exponential backoff with jitter, never before `Retry-After`.
///
/// @param first the maximum wait before the second attempt
/// @param longest the maximum wait, even if `Retry-After` is longer
/// @param attempts the maximum number of attempts, from 1
record RetryPolicy(Duration first, Duration longest, int attempts) {
    RetryPolicy {
        if (!first.isPositive() || longest.compareTo(first) < 0 || attempts < 1) {
            throw new IllegalArgumentException("first, longest and attempts must be positive, longest at least first");
        }
    }

    /// For a file: gives up after about a minute.
    static RetryPolicy bounded() {
        return new RetryPolicy(Duration.ofMillis(200), Duration.ofSeconds(15), 10);
    }

    /// For the simulator, which outlives the service: never gives up.
    static RetryPolicy endless() {
        return new RetryPolicy(Duration.ofMillis(200), Duration.ofSeconds(5), Integer.MAX_VALUE);
    }

    /// The wait after a number of consecutive failures (from 1). It is a random time between half of the exponential
    /// step and the whole step. If `Retry-After` plus up to a quarter of a step is longer, that is used. The jitter
    /// keeps many clients from returning at once.
    Duration delay(int failures, Optional<Duration> retryAfter, RandomGenerator random) {
        var backoff = new Backoff(first, longest, random::nextDouble);
        long quarter = backoff.step(failures).toMillis() / 4;
        Duration own = backoff.after(failures);
        Duration asked = retryAfter.map(after -> after.plusMillis(random.nextLong(quarter + 1))).orElse(Duration.ZERO);
        Duration wait = asked.compareTo(own) > 0 ? asked : own;
        return wait.compareTo(longest) > 0 ? longest : wait;
    }
}
