package com.fanfinity.analytics.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.lab.restore.RestoreDrill;

/// Not in `make test`: `make test-long`.
class RestoreDrillIT {

    @Test
    @SuppressWarnings("SystemOut")
    void drill_databaseLostUnderLoad_isExactAgain() throws Exception {
        assertEquals(List.of(), RestoreDrill.run(System.err));
    }
}
