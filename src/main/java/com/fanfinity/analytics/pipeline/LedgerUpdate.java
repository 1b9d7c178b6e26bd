package com.fanfinity.analytics.pipeline;

/// The ledger entry of the record in process. The step that decides about the record updates it. A record that no step
/// claims became a dead letter by {@link PoisonHandler}.
final class LedgerUpdate {

    private final LedgerEntry before;
    private final long offset;
    private LedgerEntry after;

    /// @param offset of the record
    LedgerUpdate(LedgerEntry before, long offset) {
        this.before = before;
        this.offset = offset;
        this.after = before.plusDead(offset);
    }

    /// @return the sequence number of the accepted event within its source partition, from 1
    long recordAccepted() {
        after = before.plusAccepted(offset);
        return after.accepted();
    }

    void recordDuplicate() {
        after = before.plusDuplicate(offset);
    }

    LedgerEntry after() {
        return after;
    }
}
