package com.fanfinity.analytics.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.OptionalLong;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.streams.StandbyProgress.ChangelogOffsets;

class StandbyProgressTest {

    private final StandbyProgress standby = new StandbyProgress();

    private static ChangelogOffsets store(long position, long end) {
        return new ChangelogOffsets(position, end);
    }

    @Test
    void complete_ledgerAheadOfAnotherStore_isTheOffsetOfAllStores() {
        standby.record(100, List.of(store(50, 50), store(10, 80)));
        standby.record(100, List.of(store(50, 50), store(40, 80)));
        assertEquals(OptionalLong.empty(), standby.complete());

        standby.record(120, List.of(store(60, 60), store(79, 80)));
        assertEquals(OptionalLong.of(100), standby.complete());
    }

    /// An offset is complete only relative to changelog ends that were sampled after it. Earlier ends may lack its
    /// transaction.
    @Test
    void complete_singleSample_isEmpty() {
        standby.record(100, List.of(store(50, 50)));

        assertEquals(OptionalLong.empty(), standby.complete());
    }

    @Test
    void complete_standbyWithoutLag_advancesWithEverySample() {
        for (long i = 1; i < 300; i++) {
            standby.record(i, List.of(store(i * 10, i * 10), store(i * 7, i * 7)));
        }

        assertEquals(OptionalLong.of(298), standby.complete());
    }

    @Test
    void complete_storeWiped_isEmptyUntilRestored() {
        for (long i = 1; i < 4; i++) {
            standby.record(i, List.of(store(10, 10), store(20, 20)));
        }
        assertEquals(OptionalLong.of(2), standby.complete());

        standby.record(3, List.of(store(10, 10), store(0, 20)));
        assertEquals(OptionalLong.empty(), standby.complete());

        standby.record(3, List.of(store(10, 10), store(12, 20)));
        assertEquals(OptionalLong.empty(), standby.complete());

        standby.record(3, List.of(store(10, 10), store(20, 20)));
        assertEquals(OptionalLong.of(3), standby.complete());
    }
}
