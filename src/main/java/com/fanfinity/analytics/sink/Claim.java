package com.fanfinity.analytics.sink;

import java.util.UUID;
import java.util.concurrent.TimeUnit;

/// A sink's claim on a Kafka partition, with the server and the tables that it was made for: see {@link
/// PartitionClaims}.
///
/// @param owner a new UUID for each ownership
/// @param tables the identities of the service's tables
/// @param uptimeSeconds how long the server had run when the claim was made
/// @param madeNanos when the server had answered, by {@link System#nanoTime}
record Claim(UUID owner, String tables, long uptimeSeconds, long madeNanos) {

    /// Servers report their uptime in whole seconds.
    private static final long ROUNDING_SECONDS = 2;

    /// Two monotonic clocks differ by less than 1 s in this time.
    private static final long SECONDS_PER_DRIFT = 1_000;

    /// The server has run for so long if it has not restarted since the claim. Clocks that are set do not matter: both
    /// times are monotonic.
    long leastUptimeSeconds(long nowNanos) {
        long passed = TimeUnit.NANOSECONDS.toSeconds(nowNanos - madeNanos);
        return Math.max(0, uptimeSeconds + passed - passed / SECONDS_PER_DRIFT - ROUNDING_SECONDS);
    }
}
