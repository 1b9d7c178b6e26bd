package com.fanfinity.analytics.pipeline;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

import com.fanfinity.analytics.event.MatchStatus;

/// The matches of one partition in the order of lists, without archived ones, and the sum of their events. A page, a
/// scrape and the ledger read it instead of the stored matches.
///
/// The stream thread of the partition keeps it equal to the store, and creates it again from the store whenever it
/// initialises the task. So it needs no changelog, and an aborted transaction cannot leave it behind the store.
///
/// It takes about 190 bytes per match, 300 with the longest id. Clients create matches, so the number is bounded:
/// beyond the capacity it drops the match that a list would show last.
///
/// Safe for use by several threads: requests read while the stream thread writes.
public final class MatchIndex {

    /// Live matches are counted by the minute since which they are live, so that the number of those that are live for
    /// too long needs no look at each match.
    private static final long BUCKET_MILLIS = 60_000;

    private final int capacity;
    private final Map<String, MatchHead> heads = new HashMap<>();
    private final Map<MatchStatus, NavigableSet<MatchHead>> byStatus = new EnumMap<>(MatchStatus.class);
    private final TreeMap<Long, Integer> liveSince = new TreeMap<>();
    private long totalEvents;
    private long dropped;

    /// @param capacity the most matches
    MatchIndex(int capacity) {
        this.capacity = capacity;
        for (MatchStatus status : MatchStatus.values()) {
            byStatus.put(status, new TreeSet<>(MatchHead.ORDER));
        }
    }

    // --- for the stream thread

    /// Adds a match, or moves it.
    ///
    /// @param now milliseconds since the epoch
    synchronized void put(String matchId, MatchStatus status, long lastActivityAt, long now) {
        MatchHead old = heads.get(matchId);
        if (old != null && old.status() == status && old.lastActivityAt() == lastActivityAt) {
            return;
        }
        long since = status == MatchStatus.LIVE ? Math.min(lastActivityAt, now) : 0;
        if (old != null) {
            remove(old);
            since = old.isLive() && status == MatchStatus.LIVE ? old.liveSince() : since;
        }
        add(new MatchHead(old == null ? matchId : old.matchId(), status, lastActivityAt, since));
        if (heads.size() > capacity) {
            dropLast();
        }
    }

    /// Removes an archived match.
    synchronized void remove(String matchId) {
        MatchHead old = heads.get(matchId);
        if (old != null) {
            remove(old);
        }
    }

    /// @param events accepted events of any match, archived or not
    synchronized void addEvents(long events) {
        totalEvents += events;
    }

    private void add(MatchHead head) {
        heads.put(head.matchId(), head);
        ofStatus(head.status()).add(head);
        if (head.isLive()) {
            liveSince.merge(bucket(head.liveSince()), 1, Integer::sum);
        }
    }

    private void remove(MatchHead head) {
        heads.remove(head.matchId());
        ofStatus(head.status()).remove(head);
        if (head.isLive()) {
            liveSince.computeIfPresent(bucket(head.liveSince()), (_, count) -> count > 1 ? count - 1 : null);
        }
    }

    private void dropLast() {
        byStatus.values().stream().filter(some -> !some.isEmpty()).map(NavigableSet::last).max(MatchHead.ORDER)
                .ifPresent(this::remove);
        dropped++;
    }

    // --- for readers

    /// The first matches of the list that follow a position.
    ///
    /// @param after a head with the position; empty for the start of the list
    public synchronized List<MatchHead> page(Optional<MatchStatus> status, Optional<MatchHead> after, int limit) {
        return status.map(one -> Stream.of(ofStatus(one))).orElseGet(() -> byStatus.values().stream())
                .map(matches -> after.map(head -> matches.tailSet(head, false)).orElse(matches))
                .flatMap(matches -> matches.stream().limit(limit))
                .sorted(MatchHead.ORDER).limit(limit).toList();
    }

    synchronized int size() {
        return heads.size();
    }

    synchronized int live() {
        return ofStatus(MatchStatus.LIVE).size();
    }

    /// Matches that have been live since before this time, to the minute.
    ///
    /// @param time milliseconds since the epoch
    synchronized int liveSinceBefore(long time) {
        return liveSince.headMap(bucket(time)).values().stream().mapToInt(Integer::intValue).sum();
    }

    /// The accepted events of all matches, including archived ones.
    synchronized long totalEvents() {
        return totalEvents;
    }

    /// How many times a match was left out because the index is full.
    synchronized long dropped() {
        return dropped;
    }

    public boolean isComplete() {
        return dropped() == 0;
    }

    private NavigableSet<MatchHead> ofStatus(MatchStatus status) {
        NavigableSet<MatchHead> matches = byStatus.get(status);
        if (matches == null) {
            throw new IllegalStateException("no set of " + status);
        }
        return matches;
    }

    private static long bucket(long millis) {
        return Math.floorDiv(millis, BUCKET_MILLIS);
    }
}
