package com.fanfinity.analytics.pipeline;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.event.MatchStatus;
import com.fanfinity.analytics.metrics.Meters;

/// Takes matches in which nothing has come for long out of the stores, and leaves {@link Archived} in their place.
///
/// Only what is published goes, and only what ClickHouse is known to hold: a match whose last event was *processed* before the time that
/// {@link ArchiveGate} tells. When it arrived is stored with a match, when it was processed is not; so what was processed long after its
/// arrival is remembered here, for the partition, and at the start all of it counts as such.
///
/// A match that has only been announced stays, since it is yet to be played; so does one of more events than history reads.
final class Archiving {

    /// The most events of a match that is archived: half of what history reads, so that there is room for late ones.
    static final long MOST_EVENTS = 100_000;

    private static final Duration INTERVAL = Duration.ofMinutes(1);

    /// An event processed so long after its arrival was waited for; whether its match is idle can't be told by arrival then.
    private static final Duration SLACK = Duration.ofHours(1);

    /// Bounds of one turn: matches looked at, and rows after which no further match is begun.
    private static final int MOST_LOOKED_AT = 2_000;
    private static final int MOST_DELETED = 10_000;

    private final MatchStores stores;
    private final int partition;
    private final long afterMillis;
    private final long slackMillis;
    private final ArchiveGate gate;
    private final Clock clock;
    private final Meters meters;
    private long behindAt;
    private @Nullable Bytes next;

    /// @param after for how long no event must have come
    Archiving(MatchStores stores, int partition, Duration after, ArchiveGate gate, Clock clock, Meters meters) {
        this.stores = stores;
        this.partition = partition;
        this.afterMillis = after.toMillis();
        this.slackMillis = slack(after);
        this.gate = gate;
        this.clock = clock;
        this.meters = meters;
        this.behindAt = clock.millis();
    }

    private static long slack(Duration after) {
        return Math.min(SLACK.toMillis(), after.toMillis() / 2);
    }

    /// How often {@link #turn} is due.
    static Duration interval(Duration after) {
        return after.compareTo(INTERVAL) < 0 ? after : INTERVAL;
    }

    /// To be told of every event.
    ///
    /// @param arrivedAt milliseconds since the epoch
    void processed(long arrivedAt) {
        long now = clock.millis();
        if (now - arrivedAt > slackMillis) {
            behindAt = now;
        }
    }

    /// Goes on where the last turn ended; behind the last match comes the first one again.
    void turn() {
        OptionalLong storedUpTo = gate.storedUpTo(partition);
        if (storedUpTo.isEmpty() || storedUpTo.getAsLong() <= behindAt) {
            return;
        }
        long idleSince = Math.min(clock.millis() - afterMillis, storedUpTo.getAsLong() - slackMillis);
        int deleted = 0;
        for (KeyValue<Bytes, MatchStats> match : idle(idleSince)) {
            if (deleted >= MOST_DELETED) {
                next = match.key;
                return;
            }
            deleted += archive(match.key, match.value);
        }
    }

    private List<KeyValue<Bytes, MatchStats>> idle(long since) {
        List<KeyValue<Bytes, MatchStats>> idle = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> all = next == null ? stores.stats().all() : stores.stats().range(next, null)) {
            for (int left = MOST_LOOKED_AT; left > 0 && all.hasNext(); left--) {
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
    private int archive(Bytes key, MatchStats stats) {
        String matchId = StoreKeys.matchOf(key);
        Bytes first = StoreKeys.first(matchId);
        Bytes floor = stats.recent().floor();
        Bytes last = StoreKeys.last(matchId);
        int deleted = delete(stores.minutes(), first, last) + delete(stores.moments(), first, StoreKeys.lastListed(matchId))
        // Before the floor there are only tombstones.
                + delete(stores.recent(), floor.get().length == 0 ? first : floor, last);
        stores.stats().put(key, Archived.of(stats, clock.millis()).toBytes());
        meters.history().archived();
        return deleted;
    }

    private static int delete(KeyValueStore<Bytes, byte[]> store, Bytes from, Bytes to) {
        List<Bytes> keys = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> rows = store.range(from, to)) {
            rows.forEachRemaining(row -> keys.add(row.key));
        }
        keys.forEach(key -> store.put(key, null)); // as delete, which would read the old value first
        return keys.size();
    }
}
