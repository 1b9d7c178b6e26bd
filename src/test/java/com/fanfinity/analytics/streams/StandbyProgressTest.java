package com.fanfinity.analytics.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.OptionalLong;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.streams.StandbyProgress.Place;

class StandbyProgressTest {

    private final StandbyProgress standby = new StandbyProgress();

    private static Place store(long position, long end) {
        return new Place(position, end);
    }

    @Test
    void complete_ledgerIsAheadOfAnotherStore_isWhatAllHave() {
        standby.saw(100, List.of(store(50, 50), store(10, 80)));
        standby.saw(100, List.of(store(50, 50), store(40, 80)));
        assertEquals(OptionalLong.empty(), standby.complete());

        standby.saw(120, List.of(store(60, 60), store(79, 80)));
        assertEquals(OptionalLong.of(100), standby.complete());
    }

    /// What the ledger told is judged by ends that were seen after it: the last marker was not there before.
    @Test
    void complete_endsSeenTogetherWithTheLedger_areNotEnough() {
        standby.saw(100, List.of(store(50, 50)));

        assertEquals(OptionalLong.empty(), standby.complete());
    }

    @Test
    void complete_followsClosely_advancesWithEveryLook() {
        for (long i = 1; i < 300; i++) {
            standby.saw(i, List.of(store(i * 10, i * 10), store(i * 7, i * 7)));
        }

        assertEquals(OptionalLong.of(298), standby.complete());
    }

    @Test
    void complete_aStoreIsWipedAndRestored_isUnknownUntilAllAreThereAgain() {
        for (long i = 1; i < 4; i++) {
            standby.saw(i, List.of(store(10, 10), store(20, 20)));
        }
        assertEquals(OptionalLong.of(2), standby.complete());

        standby.saw(3, List.of(store(10, 10), store(0, 20)));
        assertEquals(OptionalLong.empty(), standby.complete());

        standby.saw(3, List.of(store(10, 10), store(12, 20)));
        assertEquals(OptionalLong.empty(), standby.complete());

        standby.saw(3, List.of(store(10, 10), store(20, 20)));
        assertEquals(OptionalLong.of(3), standby.complete());
    }
}
