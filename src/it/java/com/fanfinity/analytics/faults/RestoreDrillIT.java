package com.fanfinity.analytics.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import com.fanfinity.analytics.lab.restore.RestoreDrill;

@Tag("endurance")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class RestoreDrillIT {

    @Test
    @SuppressWarnings("SystemOut")
    void drill_databaseLostUnderLoad_isExactAgain() throws Exception {
        assertEquals(List.of(), RestoreDrill.run(System.err));
    }
}
