package com.fanfinity.analytics.query;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

import com.fanfinity.analytics.limits.AnswerLimit;
import com.fanfinity.analytics.pipeline.Archived;
import com.fanfinity.analytics.pipeline.KeyMomentIndex;
import com.fanfinity.analytics.pipeline.KeyMomentList;
import com.fanfinity.analytics.pipeline.MatchIndex;
import com.fanfinity.analytics.pipeline.MatchIndexes;
import com.fanfinity.analytics.pipeline.MatchState;
import com.fanfinity.analytics.pipeline.MatchStats;
import com.fanfinity.analytics.pipeline.MinuteStats;
import com.fanfinity.analytics.pipeline.RecentEvents;
import com.fanfinity.analytics.pipeline.StoreKeys;
import com.fanfinity.analytics.pipeline.StoreNames;
import com.fanfinity.analytics.query.ReadResult.ArchivedMatch;
import com.fanfinity.analytics.query.ReadResult.ReadValue;
import com.fanfinity.analytics.query.ReadResult.StateUnavailable;
import com.fanfinity.analytics.query.ReadResult.UnknownMatch;
import com.fanfinity.analytics.query.StandbyIndexes.StandbyIndex;
import com.fanfinity.analytics.query.Timeline.MinuteRow;
import com.fanfinity.analytics.streams.LocalStores;
import com.fanfinity.analytics.streams.Replica;
import com.fanfinity.analytics.streams.ReplicaFreshness;

/// Reads matches from the state stores of this instance. A read of the active replica sees an event as soon as it is
/// processed.
public final class MatchLookup {

    /// A readable replica and the places of its matches.
    ///
    /// @param asOf every event that was acknowledged before this time is in the index
    record PartitionMatches(ReplicaView view, Instant asOf, MatchIndex index) {

        int partition() {
            return view.partition();
        }
    }

    /// A match and the replica that it was read from.
    record MatchView(MatchStats stats, ReplicaView view) {}

    private static final Duration MAX_WAIT = Duration.ofSeconds(1);

    /// Less than the time that a peer has for its list.
    private static final Duration MAX_LIST_WAIT = Duration.ofMillis(500);

    private final LocalStores stores;
    private final ReplicaFreshness freshness;
    private final MatchIndexes indexes;
    private final StandbyIndexes standbys;
    private final InstantSource clock;

    /// @param indexes of the active replicas
    public MatchLookup(LocalStores stores, ReplicaFreshness freshness, MatchIndexes indexes, InstantSource clock) {
        this.stores = stores;
        this.freshness = freshness;
        this.indexes = indexes;
        this.standbys = new StandbyIndexes(clock);
        this.clock = clock;
    }

    ReadResult<MatchView> stats(String matchId, Replica replica) {
        ReadResult<MatchView> found = read(matchId, replica);
        if (!(found instanceof UnknownMatch<MatchView>)) {
            return found;
        }
        if (replica == Replica.STANDBY) {
            return new StateUnavailable<>();
        }
        // An event of the match may have been acknowledged just now. A match is unknown only if the replica is as new
        // as the request.
        CatchUpRead<ReadResult<MatchView>> read = readUntilCaughtUp(matchId, () -> read(matchId, replica),
                result -> result instanceof UnknownMatch<MatchView>);
        return read.isCertain() || !(read.result() instanceof UnknownMatch<MatchView>)
                ? read.result()
                : new StateUnavailable<>();
    }

    private ReadResult<MatchView> read(String matchId, Replica replica) {
        return stores.partitions() == 0
                ? new StateUnavailable<>()
                : view(stores.partitionOf(matchId), replica).flatMap(view -> stored(matchId, view));
    }

    private ReadResult<MatchView> stored(String matchId, ReplicaView view) {
        return whileReadable(() -> {
            byte[] stored = store(StoreNames.STATS, view).get(StoreKeys.match(matchId));
            return stored == null ? new UnknownMatch<>() : switch (MatchState.ofBytes(stored)) {
                case MatchStats stats -> new ReadValue<>(new MatchView(stats, view));
                case Archived archived -> new ArchivedMatch<>(archived, view);
            };
        });
    }

    /// Repeats a read of the active replica for up to a second, until it finds something or the replica contains every
    /// event that was acknowledged before this call.
    <T> CatchUpRead<T> readUntilCaughtUp(String matchId, Supplier<T> read, Predicate<T> isNothing) {
        return CatchUpRead.until(catchUp(stores.partitionOf(matchId), false), MAX_WAIT, read, isNothing);
    }

    /// Waits for a moment until the active replicas contain every event that was acknowledged before this call. A
    /// replica that lags more is then read as it is, and its age shows the lag.
    void awaitCaughtUp(Collection<Integer> partitions) {
        List<BooleanSupplier> replicas = partitions.stream().map(partition -> catchUp(partition, true)).toList();
        var _ = CatchUpRead.until(() -> replicas.stream().allMatch(BooleanSupplier::getAsBoolean), MAX_LIST_WAIT,
                () -> "", _ -> true);
    }

    /// @param ifNotHere the result if this instance does not hold the active replica
    private BooleanSupplier catchUp(int partition, boolean ifNotHere) {
        BooleanSupplier replica;
        try {
            replica = freshness.catchUp(partition);
        } catch (InvalidStateStoreException _) {
            return () -> ifNotHere;
        }
        return () -> {
            try {
                return replica.getAsBoolean();
            } catch (InvalidStateStoreException _) {
                return ifNotHere;
            }
        };
    }

    /// The answer, unless the match was archived during the read, which deletes its rows.
    private <T> ReadResult<T> unlessArchived(String matchId, ReplicaView read, ReadResult<T> answer) {
        return stats(matchId, read.replica()) instanceof ArchivedMatch<MatchView>(Archived archived, ReplicaView view)
                ? new ArchivedMatch<>(archived, view)
                : answer;
    }

    /// An answer that is made from the minutes with events, in order.
    ///
    /// @param from first minute, in minutes since the epoch
    /// @param to last minute
    /// @param answer reads the minutes one by one, so that they are never all in memory
    ReadResult<byte[]> minutes(String matchId, long from, long to, ReplicaView view,
            Function<Iterator<MinuteRow>, byte[]> answer) {
        return unlessArchived(matchId, view, whileReadable(() -> {
            try (KeyValueIterator<Bytes, byte[]> rows = store(StoreNames.MINUTES, view).range(
                    StoreKeys.numbered(matchId, from),
                    StoreKeys.numbered(matchId, to))) {
                return new ReadValue<>(answer.apply(new MinuteIterator(rows)));
            }
        }));
    }

    private record MinuteIterator(KeyValueIterator<Bytes, byte[]> rows) implements Iterator<MinuteRow> {

        @Override
        public boolean hasNext() {
            return rows.hasNext();
        }

        @Override
        public MinuteRow next() {
            KeyValue<Bytes, byte[]> row = rows.next();
            return new MinuteRow(StoreKeys.numberOf(row.key), MinuteStats.ofBytes(row.value));
        }
    }

    /// The JSON of the newest events, the newest first.
    ReadResult<List<byte[]>> newestEvents(String matchId, int limit, ReplicaView view) {
        return unlessArchived(matchId, view, whileReadable(() -> {
            List<byte[]> events = new ArrayList<>();
            int bytes = 0;
            try (KeyValueIterator<Bytes, byte[]> newest = RecentEvents.newestFirst(store(StoreNames.RECENT, view),
                    matchId)) {
                // One more than an answer has room for, so that the answer shows that events are left out.
                while (newest.hasNext() && events.size() < limit && bytes <= AnswerLimit.MAX_LIST_BYTES) {
                    byte[] event = newest.next().value;
                    bytes += event.length + 1;
                    events.add(event);
                }
            }
            return new ReadValue<>(events);
        }));
    }

    ReadResult<KeyMomentList> moments(String matchId, ReplicaView view) {
        return unlessArchived(matchId, view,
                whileReadable(() -> new ReadValue<>(KeyMomentIndex.newest(store(StoreNames.MOMENTS, view), matchId))));
    }

    /// The places of the matches of a partition, archived ones left out.
    ReadResult<PartitionMatches> matches(int partition, Replica replica) {
        return view(partition, replica).flatMap(view -> switch (view.replica()) {
            case ACTIVE -> indexes.of(partition).<ReadResult<PartitionMatches>>map(
                    index -> new ReadValue<>(new PartitionMatches(view, view.asOf(), index)))
                    .orElseGet(StateUnavailable::new);
            case STANDBY -> whileReadable(() -> {
                StandbyIndex found = standbys.of(partition, view.asOf(), () -> MatchIndexes
                        .scan(store(StoreNames.STATS, view), partition, stores.partitions(), clock));
                return new ReadValue<>(new PartitionMatches(view, found.asOf(), found.index()));
            });
        });
    }

    /// The state of a listed match in the replica that its place is from.
    ReadResult<MatchStats> listed(String matchId, ReplicaView view) {
        return stored(matchId, view).map(MatchView::stats);
    }

    /// A readable replica. The active replica also serves requests for a standby.
    ReadResult<ReplicaView> view(int partition, Replica replica) {
        ReadResult<ReplicaView> active = whileReadable(() -> view(partition, Replica.ACTIVE, false));
        return replica == Replica.ACTIVE || active instanceof ReadValue<ReplicaView>
                ? active
                : whileReadable(() -> view(partition, Replica.STANDBY, true));
    }

    private ReadResult<ReplicaView> view(int partition, Replica replica, boolean stale) {
        return freshness.asOf(partition, replica).<ReadResult<ReplicaView>>map(
                asOf -> new ReadValue<>(new ReplicaView(partition, replica, stale, asOf)))
                .orElseGet(StateUnavailable::new);
    }

    private ReadOnlyKeyValueStore<Bytes, byte[]> store(String name, ReplicaView view) {
        return stores.entries(name, view.partition(), view.replica());
    }

    private static <T> ReadResult<T> whileReadable(Supplier<ReadResult<T>> query) {
        try {
            return query.get();
        } catch (InvalidStateStoreException _) {
            return new StateUnavailable<>();
        }
    }
}
