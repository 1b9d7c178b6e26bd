package com.fanfinity.analytics.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import com.fanfinity.analytics.pipeline.LedgerEntry;

/// The topology's and ClickHouse's counts of one partition of `match-events`, read while both change.
///
/// @param before the entry before the matches were added up; empty if the partition is not read here
/// @param counted events in the totals of its matches
/// @param after the entry afterwards; `counted` lies between the two entries
/// @param stored read before either
record PartitionBalance(Optional<LedgerEntry> before, OptionalLong counted, Optional<LedgerEntry> after,
        StoredCounts stored) {

    /// A record is counted before its ledger entry is written.
    private static final int UNDER_WAY = 1;

    /// Descriptions of the discrepancies; empty if there are none, or if the partition became unreadable.
    List<String> discrepancies() {
        List<String> found = new ArrayList<>(storedDiscrepancies());
        if (before.isEmpty() || after.isEmpty() || counted.isEmpty()
                || after.get().received() < before.get().received()) {
            return found; // the partition moved or was restored meanwhile
        }
        LedgerEntry entry = after.get();
        if (entry.received() != entry.accepted() + entry.duplicate() + entry.dead()) {
            found.add("received %d is not accepted %d + duplicate %d + dead %d".formatted(entry.received(),
                    entry.accepted(),
                    entry.duplicate(), entry.dead()));
        }
        if (counted.getAsLong() < before.get().accepted()) {
            found.add("accepted %d but counted only %d".formatted(before.get().accepted(), counted.getAsLong()));
        }
        if (counted.getAsLong() > entry.accepted() + UNDER_WAY) {
            found.add("accepted %d but counted %d".formatted(entry.accepted(), counted.getAsLong()));
        }
        if (stored.highest() > entry.accepted()) {
            found.add("ClickHouse holds the number %d but only %d were accepted: the ledger's state was lost or reset"
                    .formatted(
                            stored.highest(), entry.accepted()));
        }
        return found;
    }

    private List<String> storedDiscrepancies() {
        long difference = stored.events() - stored.highest();
        if (difference == 0) {
            return List.of();
        }
        return List.of(difference < 0
                ? "%d events up to number %d are not in ClickHouse".formatted(-difference, stored.highest())
                : "ClickHouse holds %d rows too many up to number %d".formatted(difference, stored.highest()));
    }

    /// Whether ClickHouse holds a row for every accepted event up to its highest number, and there is no other
    /// discrepancy.
    boolean isGapless() {
        return after.isPresent() && counted.isPresent() && stored.rows() == stored.highest()
                && discrepancies().isEmpty();
    }

    /// Accepted events that are not stored yet; empty if the partition is not read here.
    OptionalLong inFlight() {
        return after.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, after.get().accepted() - stored.highest()));
    }
}
