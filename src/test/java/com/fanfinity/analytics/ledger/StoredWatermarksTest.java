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

    /// @return what is known after it
    private OptionalLong look(long at, PartitionBalance balance) {
        marks.record(new Reconciliation(Instant.ofEpochMilli(at), new TreeMap<>(Map.of(3, balance))));
        return marks.storedUpTo(3);
    }

    @Test
    void look_nothingInFlight_isStoredUpToNow() {
        assertEquals(OptionalLong.of(10), look(10, balance(7, 7)));
        assertEquals(OptionalLong.of(20), look(20, balance(7, 7)));
        assertEquals(OptionalLong.empty(), marks.storedUpTo(4));
    }

    @Test
    void look_alwaysSomethingInFlight_isStoredUpToTheLookBefore() {
        assertEquals(OptionalLong.empty(), look(10, balance(100, 90)));
        assertEquals(OptionalLong.of(10), look(20, balance(200, 190)));
        assertEquals(OptionalLong.of(20), look(30, balance(300, 200)));
    }

    @Test
    void look_sinkFarBehind_waitsForTheOldestMark() {
        assertEquals(OptionalLong.empty(), look(10, balance(100, 0)));
        assertEquals(OptionalLong.empty(), look(20, balance(200, 99)));
        assertEquals(OptionalLong.of(10), look(30, balance(300, 100)));
        assertEquals(OptionalLong.of(10), look(40, balance(400, 299)));
        assertEquals(OptionalLong.of(30), look(50, balance(500, 300)));
    }

    @Test
    void look_rowMissingDoubledOrParked_isNotKnown() {
        look(10, balance(7, 7));
        assertEquals(OptionalLong.empty(), look(20, balance(7, new StoredCounts(6, 0, 7, 0))));
        look(30, balance(7, 7));
        assertEquals(OptionalLong.empty(), look(40, balance(7, new StoredCounts(8, 0, 7, 0))));
        look(50, balance(7, 7));
        assertEquals(OptionalLong.empty(), look(60, balance(7, new StoredCounts(6, 1, 7, 0))));
    }

    @Test
    void look_countedLessThanAccepted_isNotKnown() {
        Optional<LedgerEntry> entry = Optional.of(new LedgerEntry(7, 7, 0, 0, 0));

        assertEquals(OptionalLong.empty(), look(10, new PartitionBalance(entry, OptionalLong.of(6), entry, new StoredCounts(7, 0, 7, 0))));
    }

    @Test
    void look_partitionIsElsewhere_isNotKnown() {
        look(10, balance(7, 7));

        assertEquals(OptionalLong.empty(),
                look(20, new PartitionBalance(Optional.empty(), OptionalLong.empty(), Optional.empty(), new StoredCounts(7, 0, 7, 0))));
    }
}
