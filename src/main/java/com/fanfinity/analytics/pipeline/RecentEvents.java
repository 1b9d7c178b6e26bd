package com.fanfinity.analytics.pipeline;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

import com.fanfinity.analytics.event.MatchEvent;

/// The newest events of each match by their own time. The store is bounded for each match.
public final class RecentEvents {

    /// The most events that a caller can request.
    public static final int KEPT = RecentWindow.KEPT;

    private RecentEvents() {}

    /// Adds an event, unless it is older than every kept event.
    ///
    /// @return the window afterwards
    static RecentWindow add(KeyValueStore<Bytes, byte[]> store, RecentWindow window, MatchEvent event, byte[] json) {
        Bytes key = StoreKeys.timed(event.matchId(), event.timestamp().toEpochMilli(), event.eventId());
        if (!window.accepts(key)) {
            return window;
        }
        store.put(key, json);
        RecentWindow grown = window.withOneMore();
        return grown.isFull() ? prune(store, event.matchId(), grown) : grown;
    }

    private static RecentWindow prune(KeyValueStore<Bytes, byte[]> store, String matchId, RecentWindow window) {
        Bytes floor = window.floor();
        int size = 0;
        try (KeyValueIterator<Bytes, byte[]> newestFirst = newestFirst(store, matchId)) {
            // Stops at the old floor: only tombstones follow it.
            for (int left = window.size(); left > 0 && newestFirst.hasNext(); left--) {
                Bytes key = newestFirst.next().key;
                if (size == RecentWindow.KEPT) {
                    store.put(key, null); // unlike delete, does not read the old value
                } else if (++size == RecentWindow.KEPT) {
                    floor = key;
                }
            }
        }
        return new RecentWindow(size, floor);
    }

    /// The events of a match from its newest to its oldest.
    public static KeyValueIterator<Bytes, byte[]> newestFirst(ReadOnlyKeyValueStore<Bytes, byte[]> store,
            String matchId) {
        return store.reverseRange(StoreKeys.first(matchId), StoreKeys.last(matchId));
    }
}
