package com.fanfinity.analytics.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.apache.kafka.common.Uuid;

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
/// @param processed the records before `nextOffset` that need not be processed again; empty if an earlier version wrote
///     the entry
public record LedgerEntry(long received, long accepted, long duplicate, long dead, long nextOffset,
        Optional<ProcessedRange> processed) {

    /// The entry of a partition without records.
    public static final LedgerEntry NOTHING = new LedgerEntry(0, 0, 0, 0, 0);

    private static final int VERSION = 2;

    public LedgerEntry(long received, long accepted, long duplicate, long dead, long nextOffset) {
        this(received, accepted, duplicate, dead, nextOffset, Optional.empty());
    }

    LedgerEntry plusAccepted() {
        return new LedgerEntry(received + 1, accepted + 1, duplicate, dead, nextOffset, processed);
    }

    LedgerEntry plusDuplicate() {
        return new LedgerEntry(received + 1, accepted, duplicate + 1, dead, nextOffset, processed);
    }

    LedgerEntry plusDead() {
        return new LedgerEntry(received + 1, accepted, duplicate, dead + 1, nextOffset, processed);
    }

    /// Whether the offset is one of a processed record, if its record belongs to the log of the range.
    boolean isInRange(long offset) {
        return processed.isPresent() && processed.get().contains(offset) && offset < nextOffset;
    }

    LedgerEntry upTo(long next, Optional<ProcessedRange> range) {
        return new LedgerEntry(received, accepted, duplicate, dead, next, range);
    }

    /// After records before `nextOffset` were processed that were not in the range.
    ///
    /// @param to the first offset that was not processed
    LedgerEntry withProcessed(long from, long to) {
        return upTo(nextOffset, processed.map(range -> range.withProcessed(from, to)));
    }

    /// The sum of two partitions, without an offset.
    public LedgerEntry plus(LedgerEntry other) {
        return new LedgerEntry(received + other.received, accepted + other.accepted, duplicate + other.duplicate,
                dead + other.dead, 0);
    }

    /// The range and its gaps are at the end and have no version of their own: older code reads the numbers before them
    /// and ignores the rest, so that both can run during a roll. The number of gaps comes before them, so that a later
    /// version can add more in the same way.
    byte[] toBytes() {
        StateOutput out = new StateOutput(VERSION).number(received).number(accepted).number(duplicate).number(dead)
                .number(nextOffset);
        processed.ifPresent(range -> {
            out.number(range.topicId().getMostSignificantBits()).number(range.topicId().getLeastSignificantBits())
                    .number(range.first()).number(range.leaderEpoch()).number(range.gaps().size());
            range.gaps().forEach(gap -> out.number(gap.from()).number(gap.to()));
        });
        return out.toBytes();
    }

    public static LedgerEntry ofBytes(byte[] bytes) {
        return StateInput.read(bytes, VERSION,
                in -> new LedgerEntry(in.number(), in.number(), in.number(), in.number(), in.number(),
                        in.isAtEnd() ? Optional.empty() : Optional.of(range(in))));
    }

    private static ProcessedRange range(StateInput in) {
        return new ProcessedRange(new Uuid(in.number(), in.number()), in.number(), in.small(),
                in.isAtEnd() ? List.of() : gaps(in));
    }

    private static List<ProcessedRange.Gap> gaps(StateInput in) {
        List<ProcessedRange.Gap> gaps = new ArrayList<>();
        for (int left = in.small(); left > 0; left--) {
            gaps.add(new ProcessedRange.Gap(in.number(), in.number()));
        }
        return gaps;
    }
}
