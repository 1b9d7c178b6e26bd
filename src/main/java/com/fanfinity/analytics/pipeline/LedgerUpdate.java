package com.fanfinity.analytics.pipeline;

/// How the record under way is entered into the ledger. The step that decides says so; a record that no step claims was put aside by
/// {@link PoisonHandler} and is dead.
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

    /// @return the number of the accepted event within its partition, from 1
    long accepted() {
        after = before.plusAccepted(offset);
        return after.accepted();
    }

    void duplicate() {
        after = before.plusDuplicate(offset);
    }

    LedgerEntry after() {
        return after;
    }
}
