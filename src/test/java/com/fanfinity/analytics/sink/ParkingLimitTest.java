package com.fanfinity.analytics.sink;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.rows.Table;

class ParkingLimitTest {

    private long now = -5;
    private final ParkingLimit limit = new ParkingLimit(() -> now);

    private void park(int rows) {
        for (int i = 0; i < rows; i++) {
            assertTrue(limit.claim(Table.EVENTS), "row " + i);
        }
    }

    @Test
    void claim_limitReached_isRefusedUntilTheOldestIsAWindowAgo() {
        park(1);
        now += ParkingLimit.WINDOW.toNanos() / 2;
        park(ParkingLimit.ROWS - 1);
        assertFalse(limit.claim(Table.EVENTS));

        now += ParkingLimit.WINDOW.toNanos() / 2;
        park(1);
        assertFalse(limit.claim(Table.EVENTS));
    }

    @Test
    void claim_otherTable_hasItsOwnLimit() {
        park(ParkingLimit.ROWS);

        assertTrue(limit.claim(Table.MINUTES));
    }
}
