package com.fanfinity.analytics.pipeline;

import java.util.Iterator;
import java.util.UUID;
import java.util.function.Function;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

import com.fanfinity.analytics.event.MatchEvent;

/// The key moments of each match in the order of their own times, so that a read of the newest skips the others. The
/// entries are part of the store `match-moments`, apart from the entries by identity.
public final class KeyMomentIndex implements KeyMomentTracker.MomentListing {

    private static final int VERSION = 1;

    private final KeyValueStore<Bytes, byte[]> store;

    KeyMomentIndex(KeyValueStore<Bytes, byte[]> store) {
        this.store = store;
    }

    @Override
    public void add(MatchEvent event, boolean retracted) {
        store.put(StoreKeys.listed(event.matchId(), event.timestamp().toEpochMilli(), event.eventId()),
                toBytes(KeyMomentJson.storedItem(event), retracted));
    }

    @Override
    public void retract(String matchId, long at, UUID eventId) {
        Bytes key = StoreKeys.listed(matchId, at, eventId);
        byte[] entry = store.get(key);
        if (entry != null) {
            store.put(key, toBytes(StateInput.read(entry, VERSION, KeyMomentIndex::json), true));
        }
    }

    /// The newest key moments of a match, up to {@link KeyMomentList#MOST}.
    public static KeyMomentList newest(ReadOnlyKeyValueStore<Bytes, byte[]> store, String matchId) {
        try (KeyValueIterator<Bytes, byte[]> newestFirst = store.reverseRange(StoreKeys.firstListed(matchId),
                StoreKeys.lastListed(matchId))) {
            return KeyMomentList
                    .of(map(newestFirst, entry -> StateInput.read(entry.value, VERSION, KeyMomentIndex::toText)));
        }
    }

    static byte[] toBytes(byte[] json, boolean retracted) {
        return new StateOutput(VERSION).number(retracted ? 1 : 0).blob(json).toBytes();
    }

    private static byte[] json(StateInput in) {
        var _ = in.number();
        return in.blob();
    }

    private static String toText(StateInput in) {
        boolean retracted = in.number() == 1;
        return KeyMomentJson.listItem(in.blob(), retracted);
    }

    private static <T> Iterator<T> map(Iterator<KeyValue<Bytes, byte[]>> entries,
            Function<KeyValue<Bytes, byte[]>, T> change) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return entries.hasNext();
            }

            @Override
            public T next() {
                return change.apply(entries.next());
            }
        };
    }
}
