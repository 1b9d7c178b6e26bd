package com.fanfinity.analytics.pipeline;

import java.util.Optional;
import java.util.OptionalInt;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Recognises records that are read again although the state already contains them. That happens if the group's offsets
/// are lost, because the source then starts again at the first record. Dedupe alone knows no identity that is older
/// than its window.
///
/// A skipped record that was not processed is a lost event. So a record is skipped only if three facts prove that it
/// was processed:
///
/// 1. Its offset is in the {@link ProcessedRange} of the ledger, which changes in the transaction that counts.
/// 2. The topic is still the one of the range. A recreated topic has another id. The cluster is asked once for a run of
///    such records, after the first of them was read.
/// 3. The record's leader epoch is not above that of the last record of the range. After an unclean election the log is
///    shorter, and the new leader writes other records to the same offsets, with a higher epoch.
///
/// Not thread-safe.
final class RereadGuard {

    private static final Logger LOG = LoggerFactory.getLogger(RereadGuard.class);
    private static final long NONE = -1;

    private final SourceTopic topic;
    private long lastReread = NONE;

    RereadGuard(SourceTopic topic) {
        this.topic = topic;
    }

    /// Claims a record that lies before the end of the range in the same log. Must be called once for each record, in
    /// the order of reading. A claimed record within the range is processed already. One before the range may be, and
    /// changes nothing about the range.
    ///
    /// @param leaderEpoch of the record; without one, nothing is proven
    boolean claim(LedgerEntry ledger, int partition, long offset, OptionalInt leaderEpoch) {
        Optional<ProcessedRange> range = ledger.processed()
                .filter(processed -> offset < ledger.nextOffset() && isUpTo(processed.leaderEpoch(), leaderEpoch));
        boolean reread = range.isPresent()
                && (continuesRun(offset) || startsRun(range.get(), ledger, partition, offset));
        lastReread = reread ? offset : NONE;
        return reread;
    }

    private static boolean isUpTo(int newest, OptionalInt leaderEpoch) {
        return leaderEpoch.isPresent() && leaderEpoch.getAsInt() <= newest;
    }

    private boolean continuesRun(long offset) {
        return lastReread != NONE && offset > lastReread;
    }

    private boolean startsRun(ProcessedRange range, LedgerEntry ledger, int partition, long offset) {
        boolean current = topic.describe().id().equals(range.topicId());
        if (current) {
            LOG.atWarn().addKeyValue("partition", partition).addKeyValue("offset", offset)
                    .addKeyValue("skippedFrom", range.first()).addKeyValue("skippedTo", ledger.nextOffset())
                    .log("the source reads records of match-events again; processed records are skipped");
        }
        return current;
    }

    /// The entry with the range up to and including a record that was not claimed.
    LedgerEntry advance(LedgerEntry ledger, long offset, OptionalInt leaderEpoch) {
        if (leaderEpoch.isEmpty()) {
            return ledger.upTo(offset + 1, Optional.empty());
        }
        int epoch = leaderEpoch.getAsInt();
        ProcessedRange range = ledger.processed()
                .filter(known -> offset >= ledger.nextOffset() && epoch >= known.leaderEpoch())
                .map(known -> new ProcessedRange(known.topicId(), known.first(), epoch))
                .orElseGet(() -> new ProcessedRange(topic.describe().id(), offset, epoch));
        return ledger.upTo(offset + 1, Optional.of(range));
    }
}
