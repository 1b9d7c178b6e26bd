package com.fanfinity.analytics.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

import com.fanfinity.analytics.pipeline.Archived;
import com.fanfinity.analytics.pipeline.LocalStores;
import com.fanfinity.analytics.pipeline.MatchState;
import com.fanfinity.analytics.pipeline.MatchStats;
import com.fanfinity.analytics.pipeline.MinuteStats;
import com.fanfinity.analytics.pipeline.RecentEvents;
import com.fanfinity.analytics.pipeline.StoreKeys;
import com.fanfinity.analytics.pipeline.StoreNames;
import com.fanfinity.analytics.query.Answer.Historic;
import com.fanfinity.analytics.query.Answer.Known;
import com.fanfinity.analytics.query.Answer.Unavailable;
import com.fanfinity.analytics.query.Answer.UnknownMatch;

/// Reads matches from the state stores of this instance. A read sees an event as soon as it is processed.
public final class MatchLookup {

    /// A match by its name.
    public record Named(String matchId, MatchStats stats) {}

    /// Matches as far as they could be read.
    ///
    /// @param complete false if some partition could not be read
    public record Listing(List<Named> matches, boolean complete) {}

    private final LocalStores stores;

    public MatchLookup(LocalStores stores) {
        this.stores = stores;
    }

    public Answer<MatchStats> stats(String matchId) {
        return read(StoreNames.STATS, matchId, store -> {
            byte[] stored = store.get(StoreKeys.match(matchId));
            return stored == null ? new UnknownMatch<>() : switch (MatchState.ofBytes(stored)) {
                case MatchStats stats -> new Known<>(stats);
                case Archived archived -> new Historic<>(archived);
            };
        });
    }

    /// What was read of a match, unless the match was archived meanwhile and its rows were being deleted.
    private <T> Answer<T> unlessArchived(String matchId, Answer<T> answer) {
        return stats(matchId) instanceof Historic<MatchStats>(Archived archived) ? new Historic<>(archived) : answer;
    }

    /// The minutes of a match in which something happened, in their order.
    ///
    /// @param from first minute, in minutes since the epoch
    /// @param to last minute
    public Answer<Map<Long, MinuteStats>> minutes(String matchId, long from, long to) {
        return unlessArchived(matchId, read(StoreNames.MINUTES, matchId, store -> {
            Map<Long, MinuteStats> minutes = new TreeMap<>();
            try (KeyValueIterator<Bytes, byte[]> rows = store.range(StoreKeys.numbered(matchId, from), StoreKeys.numbered(matchId, to))) {
                rows.forEachRemaining(row -> minutes.put(StoreKeys.numberOf(row.key), MinuteStats.ofBytes(row.value)));
            }
            return new Known<>(minutes);
        }));
    }

    /// The JSON of a match's newest events, the newest first.
    public Answer<List<byte[]>> newestEvents(String matchId, int limit) {
        return unlessArchived(matchId, read(StoreNames.RECENT, matchId, store -> {
            List<byte[]> events = new ArrayList<>();
            try (KeyValueIterator<Bytes, byte[]> newest = RecentEvents.newestFirst(store, matchId)) {
                while (newest.hasNext() && events.size() < limit) {
                    events.add(newest.next().value);
                }
            }
            return new Known<>(events);
        }));
    }

    /// All matches with a live state, in no order.
    public Listing all() {
        List<Named> matches = new ArrayList<>();
        boolean complete = true;
        for (int partition = 0; partition < stores.partitions(); partition++) {
            try (KeyValueIterator<Bytes, byte[]> rows = stores.entries(StoreNames.STATS, partition).all()) {
                while (rows.hasNext()) {
                    KeyValue<Bytes, byte[]> row = rows.next();
                    if (MatchState.ofBytes(row.value) instanceof MatchStats stats) {
                        matches.add(new Named(new String(row.key.get(), UTF_8), stats));
                    }
                }
            } catch (InvalidStateStoreException _) {
                complete = false;
            }
        }
        return new Listing(matches, complete && stores.partitions() > 0);
    }

    private <T> Answer<T> read(String store, String matchId, Function<ReadOnlyKeyValueStore<Bytes, byte[]>, Answer<T>> query) {
        if (stores.partitions() == 0) {
            return new Unavailable<>();
        }
        try {
            int partition = stores.partitionOf(matchId);
            return query.apply(stores.entries(store, partition));
        } catch (InvalidStateStoreException _) {
            return new Unavailable<>();
        }
    }
}
