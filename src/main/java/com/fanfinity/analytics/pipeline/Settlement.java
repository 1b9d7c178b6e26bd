package com.fanfinity.analytics.pipeline;

/// How the record under way is entered into the ledger. The step that decides says so; a record that no step claims was put aside by
/// {@link PoisonHandler} and is dead.
final class Settlement {

    private final LedgerEntry before;
    private LedgerEntry after;

    Settlement(LedgerEntry before) {
        this.before = before;
        this.after = before.plusDead();
    }

    /// @return the number of the accepted event within its partition, from 1
    long accepted() {
        after = before.plusAccepted();
        return after.accepted();
    }

    void duplicate() {
        after = before.plusDuplicate();
    }

    LedgerEntry after() {
        return after;
    }
}
