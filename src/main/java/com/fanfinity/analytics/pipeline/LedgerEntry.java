package com.fanfinity.analytics.pipeline;

/// The outcomes of the records of one partition of `match-events`, counted from the first record in the ledger. The
/// entry is part of a state store, so it changes in the same transaction as the outcomes: after a crash it is neither
/// ahead nor behind.
///
/// @param received records processed; always `accepted + duplicate + dead`
/// @param accepted accepted events. Each carries its sequence number to ClickHouse, where the highest number and the
///     number of rows must be equal: a missing or doubled row shows at once
/// @param duplicate events that had been accepted before
/// @param dead records that became dead letters
/// @param nextOffset of the first record not yet processed
public record LedgerEntry(long received, long accepted, long duplicate, long dead, long nextOffset) {

    /// The entry of a partition without records.
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

    /// The sum of two partitions, without an offset.
    public LedgerEntry plus(LedgerEntry other) {
        return new LedgerEntry(received + other.received, accepted + other.accepted, duplicate + other.duplicate,
                dead + other.dead, 0);
    }

    byte[] toBytes() {
        return new StateOutput(VERSION).number(received).number(accepted).number(duplicate).number(dead)
                .number(nextOffset).toBytes();
    }

    public static LedgerEntry ofBytes(byte[] bytes) {
        return StateInput.read(bytes, VERSION,
                in -> new LedgerEntry(in.number(), in.number(), in.number(), in.number(), in.number()));
    }
}
