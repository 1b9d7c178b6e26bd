package com.fanfinity.analytics.pipeline;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongConsumer;

import org.apache.kafka.common.Uuid;
import org.apache.kafka.streams.errors.StreamsException;
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
/// Records are left out if the source continues after them:
///
/// - The topic was deleted, created again and filled beyond the position of the consumer, which notices nothing. Then
///   the thread fails, until an operator lets the group begin at the first record.
/// - The group's offsets were set forward, or the state is older than they are. Then the source begins after
///   `nextOffset`. It does the same if the log only has a marker of a transaction there, so this is a {@link
///   ProcessedRange.Gap gap} of the range: if its records are read later, they are processed.
///
/// Not thread-safe.
final class RereadGuard {

    private static final Logger LOG = LoggerFactory.getLogger(RereadGuard.class);
    private static final long NONE = -1;

    private final SourceTopic topic;
    private final LongConsumer leftOut;
    private long lastReread = NONE;
    private long rereadFrom = NONE;
    private boolean started;
    private boolean first;

    /// @param leftOut receives the number of offsets that the source left out
    RereadGuard(SourceTopic topic, LongConsumer leftOut) {
        this.topic = topic;
        this.leftOut = leftOut;
    }

    /// Claims a record that lies before the end of the range in the same log. Must be called once for each record, in
    /// the order of reading. A claimed record within the range is processed already. One before the range may be, and
    /// changes nothing about the range.
    ///
    /// @param leaderEpoch of the record; without one, nothing is proven
    boolean claim(LedgerEntry ledger, int partition, long offset, OptionalInt leaderEpoch) {
        first = !started;
        started = true;
        Optional<ProcessedRange> range = ledger.processed()
                .filter(processed -> offset < ledger.nextOffset() && isUpTo(processed.leaderEpoch(), leaderEpoch));
        boolean reread = range.isPresent()
                && (continuesRun(offset) || startsRun(range.get(), ledger, partition, offset));
        rereadFrom = reread && lastReread != NONE && offset > lastReread ? lastReread + 1 : offset;
        lastReread = reread ? offset : NONE;
        return reread;
    }

    /// The entry after the claimed record was processed, because it was not in the range.
    LedgerEntry recover(LedgerEntry ledger, long offset) {
        return ledger.withProcessed(rereadFrom, offset + 1);
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
    ///
    /// @throws StreamsException if the source continues in the middle of another topic
    LedgerEntry advance(LedgerEntry ledger, int partition, long offset, OptionalInt leaderEpoch) {
        if (leaderEpoch.isEmpty()) {
            return ledger.upTo(offset + 1, Optional.empty());
        }
        int epoch = leaderEpoch.getAsInt();
        ProcessedRange range = ledger.processed().filter(_ -> offset >= ledger.nextOffset())
                .filter(known -> !isOfAnotherLog(known, partition, offset, epoch))
                .flatMap(known -> continued(known, ledger.nextOffset(), offset, epoch))
                .orElseGet(() -> new ProcessedRange(topic.describe().id(), offset, epoch));
        return ledger.upTo(offset + 1, Optional.of(range));
    }

    private boolean isOfAnotherLog(ProcessedRange known, int partition, long offset, int epoch) {
        boolean lower = epoch < known.leaderEpoch();
        if (!lower && !topic.mayHaveChanged(known.topicId())) {
            return false;
        }
        Uuid now = topic.describe().id();
        boolean recreated = !now.equals(known.topicId());
        if (recreated && offset > topic.firstOffset(partition)) {
            throw new StreamsException(("match-events was deleted and created again: its id is %s and was %s. The "
                    + "source continues in the middle of it; see docs/operations/deploy.md, \"match-events was created "
                    + "again\"").formatted(now, known.topicId()));
        }
        return lower || recreated;
    }

    private Optional<ProcessedRange> continued(ProcessedRange known, long next, long offset, int epoch) {
        if (!first || offset == next) {
            return Optional.of(known.withEpoch(epoch));
        }
        leftOut.accept(offset - next);
        LOG.atWarn().addKeyValue("leftOutFrom", next).addKeyValue("leftOutTo", offset)
                .log("the source begins after the next record to process; if the offsets between have records, these "
                        + "are not counted until the source reads them");
        if (epoch > known.leaderEpoch()) {
            // Offsets that were set have no epoch, so the log may have been cut before the range's end without notice.
            return Optional.empty();
        }
        return Optional.of(known.withEpoch(epoch).withGap(new ProcessedRange.Gap(next, offset)));
    }
}
