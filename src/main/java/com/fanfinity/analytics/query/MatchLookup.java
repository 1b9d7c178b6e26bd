package com.fanfinity.analytics.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

import com.fanfinity.analytics.pipeline.Archived;
import com.fanfinity.analytics.pipeline.KeyMoments;
import com.fanfinity.analytics.pipeline.MatchState;
import com.fanfinity.analytics.pipeline.MatchStats;
import com.fanfinity.analytics.pipeline.MinuteStats;
import com.fanfinity.analytics.pipeline.MomentList;
import com.fanfinity.analytics.pipeline.RecentEvents;
import com.fanfinity.analytics.pipeline.StoreKeys;
import com.fanfinity.analytics.pipeline.StoreNames;
import com.fanfinity.analytics.query.ReadResult.ArchivedMatch;
import com.fanfinity.analytics.query.ReadResult.ReadValue;
import com.fanfinity.analytics.query.ReadResult.StateUnavailable;
import com.fanfinity.analytics.query.ReadResult.UnknownMatch;
import com.fanfinity.analytics.streams.LocalStores;
import com.fanfinity.analytics.streams.Replica;

/// Reads matches from the state stores of this instance. A read of the active copy sees an event as soon as it is processed.
public final class MatchLookup {

    /// Tells up to when a copy is complete, as {@link com.fanfinity.analytics.pipeline.Freshness} does.
    public interface AsOf {
        Optional<Instant> asOf(int partition, Replica copy);
    }

    /// A match by its name.
    public record MatchEntry(String matchId, MatchStats stats) {}

    /// A match and how old what is said of it is.
    record MatchView(MatchStats stats, ReplicaView view) {}

    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final LocalStores stores;
    private final AsOf freshness;
    private final Clock clock;

    public MatchLookup(LocalStores stores, AsOf freshness, Clock clock) {
        this.stores = stores;
        this.freshness = freshness;
        this.clock = clock;
    }

    ReadResult<MatchView> stats(String matchId, Replica copy) {
        ReadResult<MatchView> found = read(matchId, copy);
        // What is not there may have been acknowledged a moment ago: that there is no such match is said only of what is as new as the
        // question.
        return copy == Replica.ACTIVE && found instanceof UnknownMatch<MatchView> && awaitCurrent(matchId)
                ? read(matchId, copy)
                : found instanceof UnknownMatch<MatchView> ? new StateUnavailable<>() : found;
    }

    private ReadResult<MatchView> read(String matchId, Replica copy) {
        return stores.partitions() == 0 ? new StateUnavailable<>() : view(stores.partitionOf(matchId), copy).flatMap(view -> whileReadable(() -> {
            byte[] stored = store(StoreNames.STATS, view).get(StoreKeys.match(matchId));
            return stored == null ? new UnknownMatch<>() : switch (MatchState.ofBytes(stored)) {
                case MatchStats stats -> new ReadValue<>(new MatchView(stats, view));
                case Archived archived -> new ArchivedMatch<>(archived, view);
            };
        }));
    }

    /// Waits for a moment until the active copy of the match's state has all that was acknowledged before now.
    ///
    /// @return false if it is not here, or does not come so far
    public boolean awaitCurrent(String matchId) {
        Instant asked = clock.instant();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (stores.partitions() > 0
                && view(stores.partitionOf(matchId), Replica.ACTIVE) instanceof ReadValue<ReplicaView>(ReplicaView view)) {
            if (!view.asOf().isBefore(asked)) {
                return true;
            }
            if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
        }
        return false;
    }

    /// What was read of a match, unless the match was archived meanwhile and its rows were being deleted.
    private <T> ReadResult<T> unlessArchived(String matchId, ReplicaView read, ReadResult<T> answer) {
        return stats(matchId, read.copy()) instanceof ArchivedMatch<MatchView>(Archived archived, ReplicaView view)
                ? new ArchivedMatch<>(archived, view)
                : answer;
    }

    /// The minutes of a match in which something happened, in their order.
    ///
    /// @param from first minute, in minutes since the epoch
    /// @param to last minute
    ReadResult<Map<Long, MinuteStats>> minutes(String matchId, long from, long to, ReplicaView view) {
        return unlessArchived(matchId, view, whileReadable(() -> {
            Map<Long, MinuteStats> minutes = new TreeMap<>();
            try (KeyValueIterator<Bytes, byte[]> rows = store(StoreNames.MINUTES, view).range(StoreKeys.numbered(matchId, from),
                    StoreKeys.numbered(matchId, to))) {
                rows.forEachRemaining(row -> minutes.put(StoreKeys.numberOf(row.key), MinuteStats.ofBytes(row.value)));
            }
            return new ReadValue<>(minutes);
        }));
    }

    /// The JSON of a match's newest events, the newest first.
    ReadResult<List<byte[]>> newestEvents(String matchId, int limit, ReplicaView view) {
        return unlessArchived(matchId, view, whileReadable(() -> {
            List<byte[]> events = new ArrayList<>();
            try (KeyValueIterator<Bytes, byte[]> newest = RecentEvents.newestFirst(store(StoreNames.RECENT, view), matchId)) {
                while (newest.hasNext() && events.size() < limit) {
                    events.add(newest.next().value);
                }
            }
            return new ReadValue<>(events);
        }));
    }

    /// The newest key moments of a match.
    ReadResult<KeyMoments> moments(String matchId, ReplicaView view) {
        return unlessArchived(matchId, view, whileReadable(() -> new ReadValue<>(MomentList.newest(store(StoreNames.MOMENTS, view), matchId))));
    }

    /// All matches of a partition that have a live state, in no order.
    ReadResult<List<MatchEntry>> all(ReplicaView view) {
        return whileReadable(() -> new ReadValue<>(readAll(view.partition(), view.copy())));
    }

    /// All matches that events are counted for here, in no order.
    public List<MatchEntry> activeMatches() {
        List<MatchEntry> matches = new ArrayList<>();
        for (int partition = 0; partition < stores.partitions(); partition++) {
            try {
                matches.addAll(readAll(partition, Replica.ACTIVE));
            } catch (InvalidStateStoreException _) {
                // It is somebody else's.
            }
        }
        return matches;
    }

    private List<MatchEntry> readAll(int partition, Replica copy) {
        List<MatchEntry> matches = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> rows = stores.entries(StoreNames.STATS, partition, copy).all()) {
            while (rows.hasNext()) {
                KeyValue<Bytes, byte[]> row = rows.next();
                if (MatchState.ofBytes(row.value) instanceof MatchStats stats) {
                    matches.add(new MatchEntry(new String(row.key.get(), UTF_8), stats));
                }
            }
        }
        return matches;
    }

    /// A copy that can be read. Who asks for a standby gets the active one if it is here.
    ReadResult<ReplicaView> view(int partition, Replica copy) {
        ReadResult<ReplicaView> active = whileReadable(() -> view(partition, Replica.ACTIVE, false));
        return copy == Replica.ACTIVE || active instanceof ReadValue<ReplicaView>
                ? active
                : whileReadable(() -> view(partition, Replica.STANDBY, true));
    }

    private ReadResult<ReplicaView> view(int partition, Replica copy, boolean stale) {
        Instant now = clock.instant();
        return freshness.asOf(partition, copy).<ReadResult<ReplicaView>>map(
                asOf -> new ReadValue<>(new ReplicaView(partition, copy, stale, asOf.isAfter(now) ? now : asOf))).orElseGet(StateUnavailable::new);
    }

    private ReadOnlyKeyValueStore<Bytes, byte[]> store(String name, ReplicaView view) {
        return stores.entries(name, view.partition(), view.copy());
    }

    private static <T> ReadResult<T> whileReadable(Supplier<ReadResult<T>> query) {
        try {
            return query.get();
        } catch (InvalidStateStoreException _) {
            return new StateUnavailable<>();
        }
    }
}
