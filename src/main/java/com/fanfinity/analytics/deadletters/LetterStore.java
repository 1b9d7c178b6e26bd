package com.fanfinity.analytics.deadletters;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

import com.fanfinity.analytics.event.DeadReason;

/// Where dead letters, and the audit of their replays, are kept.
interface LetterStore {

    /// The newest first.
    ///
    /// @param after only those behind this place in that order
    List<Letter> newest(Optional<DeadReason> reason, Span span, Optional<Place> after, int count) throws StoreException;

    /// How many there are of each reason.
    SortedMap<String, Long> reasons(Span span) throws StoreException;

    /// Those of them that exist.
    Set<LetterId> existing(Collection<LetterId> ids) throws StoreException;

    /// Those of them that the audit knows as replayed.
    Set<LetterId> replayed(Collection<LetterId> ids) throws StoreException;

    /// Letters of a reason that the audit does not know as replayed, the oldest first.
    ///
    /// @param after only those behind this place in that order
    List<Place> unreplayed(DeadReason reason, Span span, Optional<Place> after, int count) throws StoreException;

    /// Those of them that exist, in no order.
    ///
    /// @param mostBytes a value that is longer is left out: `raw` is empty and only `size` tells
    List<Content> contents(Collection<LetterId> ids, int mostBytes) throws StoreException;

    /// Of each that was ever asked for: that it was replayed, else what became of it last.
    Map<LetterId, Audit> standing(Collection<LetterId> ids) throws StoreException;

    /// The newest last.
    List<Audit> history(LetterId id) throws StoreException;

    /// Returns when all of them are kept; if it throws, none or all may be.
    void record(List<Audit> audits) throws StoreException, InterruptedException;
}
