package com.fanfinity.analytics.deadletters;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

import com.fanfinity.analytics.event.DeadReason;

/// Where dead letters, and the audit of their replays, are kept.
interface DeadLetterStore {

    /// The newest first.
    ///
    /// @param after only those behind this place in that order
    List<DeadLetter> newest(Optional<DeadReason> reason, TimeRange span, Optional<DeadLetterPosition> after, int count) throws DeadLetterStoreException;

    /// How many there are of each reason.
    SortedMap<String, Long> reasons(TimeRange span) throws DeadLetterStoreException;

    /// Those of them that exist.
    Set<DeadLetterId> existing(Collection<DeadLetterId> ids) throws DeadLetterStoreException;

    /// Those of them that the audit knows as replayed.
    Set<DeadLetterId> replayed(Collection<DeadLetterId> ids) throws DeadLetterStoreException;

    /// Letters of a reason that the audit does not know as replayed, the oldest first.
    ///
    /// @param after only those behind this place in that order
    List<DeadLetterPosition> unreplayed(DeadReason reason, TimeRange span, Optional<DeadLetterPosition> after, int count) throws DeadLetterStoreException;

    /// Those of them that exist, in no order.
    ///
    /// @param mostBytes a value that is longer is left out: `raw` is empty and only `size` tells
    List<DeadLetterContent> contents(Collection<DeadLetterId> ids, int mostBytes) throws DeadLetterStoreException;

    /// Of each that was ever asked for: that it was replayed, else what became of it last.
    Map<DeadLetterId, ReplayAudit> currentOutcomes(Collection<DeadLetterId> ids) throws DeadLetterStoreException;

    /// The newest last.
    List<ReplayAudit> replayHistory(DeadLetterId id) throws DeadLetterStoreException;

    /// Returns when all of them are kept; if it throws, none or all may be.
    void record(List<ReplayAudit> audits) throws DeadLetterStoreException, InterruptedException;
}
