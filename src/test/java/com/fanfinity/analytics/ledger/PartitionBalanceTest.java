package com.fanfinity.analytics.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.pipeline.LedgerEntry;

class PartitionBalanceTest {

    private static final LedgerEntry ENTRY = new LedgerEntry(12, 9, 2, 1, 0);

    private static PartitionBalance balance(long counted, StoredCounts stored) {
        return new PartitionBalance(Optional.of(ENTRY), OptionalLong.of(counted), Optional.of(ENTRY), stored);
    }

    private static StoredCounts stored(long rows, long highest) {
        return new StoredCounts(rows, 0, highest, 1);
    }

    private static void assertReported(String part, PartitionBalance balance) {
        assertEquals(1, balance.discrepancies().size(), () -> balance.discrepancies().toString());
        assertTrue(balance.discrepancies().getFirst().contains(part), () -> balance.discrepancies().toString());
    }

    @Test
    void discrepancies_everythingStored_areNone() {
        PartitionBalance all = balance(9, stored(9, 9));

        assertEquals(List.of(), all.discrepancies());
        assertEquals(OptionalLong.of(0), all.inFlight());
    }

    @Test
    void discrepancies_someStillInFlight_areNone() {
        PartitionBalance some = balance(9, stored(5, 5));

        assertEquals(List.of(), some.discrepancies());
        assertEquals(OptionalLong.of(4), some.inFlight());
    }

    @Test
    void discrepancies_eventIsParkedAmongTheDeadLetters_areNone() {
        assertEquals(List.of(), balance(9, new StoredCounts(8, 1, 9, 2)).discrepancies());
    }

    @Test
    void discrepancies_rowIsMissing_isReported() {
        assertReported("1 events up to number 9 are not in ClickHouse", balance(9, stored(8, 9)));
    }

    @Test
    void discrepancies_rowIsStoredTwice_isReported() {
        assertReported("1 rows too many", balance(9, stored(10, 9)));
    }

    @Test
    void discrepancies_acceptedAndNotCounted_isReported() {
        assertReported("accepted 9 but counted only 8", balance(8, stored(9, 9)));
    }

    @Test
    void discrepancies_countedTwice_isReported() {
        assertReported("accepted 9 but counted 11", balance(11, stored(9, 9)));
    }

    @Test
    void discrepancies_entryDoesNotAddUp_isReported() {
        LedgerEntry wrong = new LedgerEntry(13, 9, 2, 1, 0);

        assertReported("received 13",
                new PartitionBalance(Optional.of(wrong), OptionalLong.of(9), Optional.of(wrong), stored(9, 9)));
    }

    @Test
    void discrepancies_ledgerWasReset_isReported() {
        assertReported("lost or reset", balance(9, stored(50, 50)));
    }

    /// The totals may or may not include events that are accepted while the matches are added up.
    @Test
    void discrepancies_moreWasAcceptedMeanwhile_areNone() {
        LedgerEntry later = new LedgerEntry(20, 17, 2, 1, 0);

        for (long counted = 9; counted <= 18; counted++) {
            assertEquals(List.of(),
                    new PartitionBalance(Optional.of(ENTRY), OptionalLong.of(counted), Optional.of(later), stored(9, 9))
                            .discrepancies());
        }
    }

    @Test
    void discrepancies_partitionMovedAway_areOnlyThoseOfClickHouse() {
        assertEquals(List.of(),
                new PartitionBalance(Optional.empty(), OptionalLong.empty(), Optional.empty(), stored(9, 9))
                        .discrepancies());
        assertReported("not in ClickHouse",
                new PartitionBalance(Optional.of(ENTRY), OptionalLong.empty(), Optional.empty(), stored(8, 9)));
    }
}
