package com.fanfinity.analytics.deadletters;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

import com.fanfinity.analytics.event.DeadReason;

/// Stores dead letters and the audit of their replays.
interface DeadLetterStore {

    /// The newest first.
    ///
    /// @param after only letters after this position in that order
    List<DeadLetter> newest(Optional<DeadReason> reason, TimeRange span, Optional<DeadLetterPosition> after, int count)
            throws DeadLetterStoreException;

    /// The number of letters of the 100 most frequent reasons. A long reason is cut.
    SortedMap<String, Long> reasons(TimeRange span) throws DeadLetterStoreException;

    /// The ids that exist.
    Set<DeadLetterId> existing(Collection<DeadLetterId> ids) throws DeadLetterStoreException;

    /// The ids with the outcome `replayed` in the audit.
    Set<DeadLetterId> replayed(Collection<DeadLetterId> ids) throws DeadLetterStoreException;

    /// The letters of a reason without the outcome `replayed` in the audit, the oldest first.
    ///
    /// @param after only letters after this position in that order
    List<DeadLetterPosition> unreplayed(DeadReason reason, TimeRange span, Optional<DeadLetterPosition> after,
            int count) throws DeadLetterStoreException;

    /// A letter with all of its headers; empty if it does not exist.
    ///
    /// @param mostBytes if the value is longer, `raw` is empty
    Optional<DeadLetterContent> detail(DeadLetterId id, int mostBytes) throws DeadLetterStoreException;

    /// The letters that exist, in no order, with those headers that a replay needs.
    ///
    /// @param mostBytes if a value is longer, `raw` is empty
    List<DeadLetterContent> contents(Collection<DeadLetterId> ids, int mostBytes) throws DeadLetterStoreException;

    /// For each letter with an audit, the outcome `replayed` if it exists, else the last outcome.
    Map<DeadLetterId, ReplayAudit> currentOutcomes(Collection<DeadLetterId> ids) throws DeadLetterStoreException;

    /// The newest last, at most 200.
    List<ReplayAudit> replayHistory(DeadLetterId id) throws DeadLetterStoreException;

    /// Returns after all are stored. If it throws, either none or all are stored.
    void record(List<ReplayAudit> audits) throws DeadLetterStoreException, InterruptedException;
}
