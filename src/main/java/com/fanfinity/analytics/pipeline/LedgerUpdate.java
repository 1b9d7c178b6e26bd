package com.fanfinity.analytics.pipeline;

/// The ledger entry of the record in process. The step that decides about the record updates it. A record that no step
/// claims became a dead letter by {@link PoisonHandler}.
final class LedgerUpdate {

    private final LedgerEntry before;
    private LedgerEntry after;

    /// @param before the entry without the record's outcome, but with its offset
    LedgerUpdate(LedgerEntry before) {
        this.before = before;
        this.after = before.plusDead();
    }

    /// @return the sequence number of the accepted event within its source partition, from 1
    long recordAccepted() {
        after = before.plusAccepted();
        return after.accepted();
    }

    void recordDuplicate() {
        after = before.plusDuplicate();
    }

    LedgerEntry after() {
        return after;
    }
}
