package com.fanfinity.analytics.pipeline;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.event.MatchStatus;
import com.fanfinity.analytics.metrics.HistoryMeters;

/// Removes idle matches from the stores, and leaves {@link Archived} in their place.
///
/// A match goes only if it is published and ClickHouse is known to hold it: its last event must have been *processed*
/// before the time that {@link ArchiveGate} reports. A match stores when its last event arrived, not when it was
/// processed. So this class records, for the partition, when it last processed an event long after its arrival. A start
/// counts as such a time.
///
/// A scheduled match stays, since it is yet to be played. So does a match with more than {@value
/// #MOST_EVENTS} events.
final class MatchArchiver {

    /// The most events of an archived match: half of the number that history reads, which leaves room for late events.
    static final long MOST_EVENTS = 100_000;

    private static final Duration INTERVAL = Duration.ofMinutes(1);

    /// The lag from which the arrival of an event no longer shows whether its match is idle.
    private static final Duration SLACK = Duration.ofHours(1);

    /// Bounds of one run: matches examined, and deleted rows after which no further match is started.
    private static final int MOST_EXAMINED = 2_000;
    private static final int MOST_DELETED = 10_000;

    private final MatchStores stores;
    private final MatchTable matches;
    private final int partition;
    private final long afterMillis;
    private final long slackMillis;
    private final ArchiveGate gate;
    private final Supplier<Optional<Instant>> asOf;
    private final Clock clock;
    private final HistoryMeters meters;
    private long laggedAt;
    private @Nullable Bytes next;

    /// @param after how long a match must be without a new event
    /// @param asOf the time before which every acknowledged event is in the stores; empty if none is known
    MatchArchiver(MatchStores stores, MatchTable matches, int partition, Duration after, ArchiveGate gate,
            Supplier<Optional<Instant>> asOf, Clock clock, HistoryMeters meters) {
        this.stores = stores;
        this.matches = matches;
        this.partition = partition;
        this.afterMillis = after.toMillis();
        this.slackMillis = slack(after);
        this.gate = gate;
        this.asOf = asOf;
        this.clock = clock;
        this.meters = meters;
        this.laggedAt = clock.millis();
    }

    private static long slack(Duration after) {
        return Math.min(SLACK.toMillis(), after.toMillis() / 2);
    }

    /// How often {@link #runOnce} is due.
    static Duration interval(Duration after) {
        return after.compareTo(INTERVAL) < 0 ? after : INTERVAL;
    }

    /// Must be called for every event.
    ///
    /// @param arrivedAt milliseconds since the epoch
    void recordArrival(long arrivedAt) {
        long now = clock.millis();
        if (now - arrivedAt > slackMillis) {
            laggedAt = now;
        }
    }

    /// Archives idle matches from where the last run ended. After the last match, the next run starts with the first.
    void runOnce() {
        OptionalLong storedUpTo = gate.storedUpTo(partition);
        Optional<Instant> completeUpTo = asOf.get();
        if (storedUpTo.isEmpty() || storedUpTo.getAsLong() <= laggedAt || completeUpTo.isEmpty()) {
            return;
        }
        long idleSince = Math.min(clock.millis() - afterMillis, storedUpTo.getAsLong() - slackMillis);
        int deleted = 0;
        for (KeyValue<Bytes, MatchStats> match : idle(idleSince)) {
            if (deleted >= MOST_DELETED) {
                next = match.key;
                return;
            }
            deleted += archive(match.key, match.value, completeUpTo.get());
        }
    }

    private List<KeyValue<Bytes, MatchStats>> idle(long since) {
        List<KeyValue<Bytes, MatchStats>> idle = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> all = next == null
                ? stores.stats().all()
                : stores.stats().range(next, null)) {
            for (int left = MOST_EXAMINED; left > 0 && all.hasNext(); left--) {
                KeyValue<Bytes, byte[]> entry = all.next();
                if (MatchState.ofBytes(entry.value) instanceof MatchStats stats && isIdle(stats, since)) {
                    idle.add(KeyValue.pair(entry.key, stats));
                }
            }
            next = all.hasNext() ? all.peekNextKey() : null;
        }
        return idle;
    }

    private static boolean isIdle(MatchStats stats, long since) {
        return stats.lastActivityAt() < since && !stats.isUnpublished() && stats.status() != MatchStatus.SCHEDULED
                && stats.totalEvents() <= MOST_EVENTS;
    }

    /// @return rows deleted
    private int archive(Bytes key, MatchStats stats, Instant completeUpTo) {
        String matchId = StoreKeys.matchOf(key);
        Bytes first = StoreKeys.first(matchId);
        Bytes floor = stats.recent().floor();
        Bytes last = StoreKeys.last(matchId);
        int deleted = delete(stores.minutes(), first, last)
                + delete(stores.moments(), first, StoreKeys.lastListed(matchId))
                // Before the floor are only tombstones.
                + delete(stores.recent(), floor.get().length == 0 ? first : floor, last);
        matches.put(matchId, Archived.of(stats, completeUpTo.toEpochMilli()), 0);
        meters.archived();
        return deleted;
    }

    private static int delete(KeyValueStore<Bytes, byte[]> store, Bytes from, Bytes to) {
        List<Bytes> keys = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> rows = store.range(from, to)) {
            rows.forEachRemaining(row -> keys.add(row.key));
        }
        keys.forEach(key -> store.put(key, null)); // unlike delete, does not read the old value
        return keys.size();
    }
}
