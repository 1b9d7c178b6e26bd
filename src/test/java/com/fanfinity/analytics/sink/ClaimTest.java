package com.fanfinity.analytics.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.UUID;

import org.junit.jupiter.api.Test;

class ClaimTest {

    /// Of any origin, also a negative one, as {@link System#nanoTime} allows.
    private static final long MADE = -5_000_000_000L;

    private static Claim claimAfter(Duration uptime) {
        return new Claim(new UUID(1, 2), "tables", uptime.toSeconds(), MADE);
    }

    private static long leastUptime(Claim claim, Duration later) {
        return claim.leastUptimeSeconds(MADE + later.toNanos());
    }

    /// The server and this process round, and their clocks drift.
    @Test
    void leastUptime_sameServer_isNeverAboveItsUptime() {
        for (Duration uptime : new Duration[]{Duration.ZERO, Duration.ofMinutes(1), Duration.ofDays(100)}) {
            for (Duration later = Duration.ofMillis(900); later.toDays() < 90; later = later.multipliedBy(2)) {
                long slowClock = uptime.toSeconds() + later.toSeconds() - later.toSeconds() / 2_000 - 1;
                assertTrue(leastUptime(claimAfter(uptime), later) <= Math.max(0, slowClock), later.toString());
            }
        }
    }

    /// The server had run for a minute, and was away for a second.
    @Test
    void leastUptime_restartedServer_isAboveItsUptime() {
        Claim claim = claimAfter(Duration.ofMinutes(1));
        for (Duration later = Duration.ofSeconds(1); later.toHours() < 12; later = later.multipliedBy(2)) {
            assertTrue(leastUptime(claim, later) > later.toSeconds() - 1, later.toString());
        }
    }

    @Test
    void leastUptime_atOnce_isNotNegative() {
        assertEquals(0, leastUptime(claimAfter(Duration.ZERO), Duration.ZERO));
    }
}
