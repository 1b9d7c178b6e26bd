package com.fanfinity.analytics.pipeline;

/// What became of the records of one partition of `match-events`, counted from the first that the ledger saw. Kept in a store, so it moves
/// in the same transaction as what it tells of: after a crash it is neither ahead nor behind.
///
/// @param received records processed; always `accepted + duplicate + dead`
/// @param accepted records that count. The n-th of them carries the number n to ClickHouse, where the highest number and the number of rows
///     must be the same: a row that is missing or there twice shows at once
/// @param duplicate repeats of accepted ones
/// @param dead records that went to the dead letters instead
/// @param nextOffset of the first record that is not in it: how far the partition has been processed
public record LedgerEntry(long received, long accepted, long duplicate, long dead, long nextOffset) {

    /// Of a partition that has had no record.
    public static final LedgerEntry NOTHING = new LedgerEntry(0, 0, 0, 0, 0);

    private static final int VERSION = 2;

    LedgerEntry plusAccepted(long offset) {
        return new LedgerEntry(received + 1, accepted + 1, duplicate, dead, offset + 1);
    }

    LedgerEntry plusDuplicate(long offset) {
        return new LedgerEntry(received + 1, accepted, duplicate + 1, dead, offset + 1);
    }

    LedgerEntry plusDead(long offset) {
        return new LedgerEntry(received + 1, accepted, duplicate, dead + 1, offset + 1);
    }

    /// Of both, of two partitions; then there is no offset.
    public LedgerEntry plus(LedgerEntry other) {
        return new LedgerEntry(received + other.received, accepted + other.accepted, duplicate + other.duplicate, dead + other.dead, 0);
    }

    byte[] toBytes() {
        return new StateOutput(VERSION).number(received).number(accepted).number(duplicate).number(dead).number(nextOffset).toBytes();
    }

    public static LedgerEntry ofBytes(byte[] bytes) {
        return StateInput.read(bytes, VERSION, in -> new LedgerEntry(in.number(), in.number(), in.number(), in.number(), in.number()));
    }
}
