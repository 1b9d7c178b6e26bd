package com.fanfinity.analytics.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.pipeline.LedgerEntry;

class StoredWatermarksTest {

    private final StoredWatermarks marks = new StoredWatermarks();

    private static PartitionBalance balance(long accepted, StoredCounts stored) {
        Optional<LedgerEntry> entry = Optional.of(new LedgerEntry(accepted, accepted, 0, 0, 0));
        return new PartitionBalance(entry, OptionalLong.of(accepted), entry, stored);
    }

    private static PartitionBalance balance(long accepted, long stored) {
        return balance(accepted, new StoredCounts(stored, 0, stored, 0));
    }

    /// @return the stored time after the comparison
    private OptionalLong mark(long at, PartitionBalance balance) {
        marks.record(new Reconciliation(Instant.ofEpochMilli(at), new TreeMap<>(Map.of(3, balance))));
        return marks.storedUpTo(3);
    }

    @Test
    void record_nothingInFlight_isStoredUpToNow() {
        assertEquals(OptionalLong.of(10), mark(10, balance(7, 7)));
        assertEquals(OptionalLong.of(20), mark(20, balance(7, 7)));
        assertEquals(OptionalLong.of(20), mark(30, balance(9, 7)), "the two new events are not stored yet");
        assertEquals(OptionalLong.of(20), mark(40, balance(9, 7)), "nor later");
        assertEquals(OptionalLong.empty(), marks.storedUpTo(4));
    }

    @Test
    void record_alwaysSomethingInFlight_isStoredUpToThePrevious() {
        assertEquals(OptionalLong.empty(), mark(10, balance(100, 90)));
        assertEquals(OptionalLong.of(10), mark(20, balance(200, 190)));
        assertEquals(OptionalLong.of(20), mark(30, balance(300, 200)));
    }

    @Test
    void record_sinkWithLargeLag_waitsForTheOldestMark() {
        assertEquals(OptionalLong.empty(), mark(10, balance(100, 0)));
        assertEquals(OptionalLong.empty(), mark(20, balance(200, 99)));
        assertEquals(OptionalLong.of(10), mark(30, balance(300, 100)));
        assertEquals(OptionalLong.of(10), mark(40, balance(400, 299)));
        assertEquals(OptionalLong.of(30), mark(50, balance(500, 300)));
    }

    @Test
    void record_rowMissingDoubledOrParked_isUnknown() {
        mark(10, balance(7, 7));
        assertEquals(OptionalLong.empty(), mark(20, balance(7, new StoredCounts(6, 0, 7, 0))));
        mark(30, balance(7, 7));
        assertEquals(OptionalLong.empty(), mark(40, balance(7, new StoredCounts(8, 0, 7, 0))));
        mark(50, balance(7, 7));
        assertEquals(OptionalLong.empty(), mark(60, balance(7, new StoredCounts(6, 1, 7, 0))));
    }

    /// ClickHouse was restored, so its rows have no gap. A match must not be archived on the strength of rows that are
    /// gone.
    @Test
    void record_newestRowsLost_isUnknownUntilTheyAreBack() {
        assertEquals(OptionalLong.of(10), mark(10, balance(9, 9)));
        assertEquals(OptionalLong.empty(), mark(20, balance(9, 4)));
        assertEquals(OptionalLong.empty(), mark(30, balance(12, 8)));
        assertEquals(OptionalLong.of(10), mark(40, balance(12, 9)));
    }

    /// The topology counts from 1 again, so the numbers before the gap mean other events.
    @Test
    void record_gapAndThenCountedAgain_forgetsTheAwaitedNumber() {
        mark(10, balance(100, 90));
        mark(20, balance(100, new StoredCounts(89, 0, 90, 0)));

        assertEquals(OptionalLong.empty(), mark(30, balance(5, 4)));
        assertEquals(OptionalLong.of(30), mark(40, balance(6, 5)));
    }

    @Test
    void record_countedLessThanAccepted_isUnknown() {
        Optional<LedgerEntry> entry = Optional.of(new LedgerEntry(7, 7, 0, 0, 0));

        assertEquals(OptionalLong.empty(),
                mark(10, new PartitionBalance(entry, OptionalLong.of(6), entry, new StoredCounts(7, 0, 7, 0))));
    }

    @Test
    void record_partitionIsElsewhere_isUnknown() {
        mark(10, balance(7, 7));

        assertEquals(OptionalLong.empty(),
                mark(20, new PartitionBalance(Optional.empty(), OptionalLong.empty(), Optional.empty(),
                        new StoredCounts(7, 0, 7, 0))));
    }
}
