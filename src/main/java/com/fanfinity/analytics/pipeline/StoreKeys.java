package com.fanfinity.analytics.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.UUID;

import org.apache.kafka.common.utils.Bytes;

/// Keys of the stores: the match id, a zero byte (which no match id contains), then the order within the match. If a
/// store has a second kind of entries, their keys have a one instead of the zero.
public final class StoreKeys {

    private StoreKeys() {}

    public static Bytes match(String matchId) {
        return Bytes.wrap(matchId.getBytes(UTF_8));
    }

    static String matchOf(Bytes key) {
        return new String(key.get(), UTF_8);
    }

    public static Bytes event(String matchId, UUID eventId) {
        return Bytes.wrap(start(matchId, 16).putLong(eventId.getMostSignificantBits())
                .putLong(eventId.getLeastSignificantBits()).array());
    }

    /// @param number orders the entries, negative numbers first
    public static Bytes numbered(String matchId, long number) {
        return Bytes.wrap(start(matchId, 8).putLong(sortable(number)).array());
    }

    static Bytes timed(String matchId, long epochMillis, UUID eventId) {
        return Bytes.wrap(start(matchId, 24).putLong(sortable(epochMillis)).putLong(eventId.getMostSignificantBits())
                .putLong(eventId.getLeastSignificantBits()).array());
    }

    /// Entries of the second kind, by time.
    static Bytes listed(String matchId, long epochMillis, UUID eventId) {
        byte[] key = timed(matchId, epochMillis, eventId).get();
        key[key.length - 25] = 1;
        return Bytes.wrap(key);
    }

    /// Before every entry of the match of the second kind.
    static Bytes firstListed(String matchId) {
        return last(matchId);
    }

    /// After every entry of the match of either kind; not the key of an entry.
    static Bytes lastListed(String matchId) {
        byte[] key = start(matchId, 0).array();
        key[key.length - 1] = 2;
        return Bytes.wrap(key);
    }

    /// Before every key that begins with the match id and has more bytes.
    public static Bytes first(String matchId) {
        return Bytes.wrap(start(matchId, 0).array());
    }

    /// After every entry of the match of the first kind; not the key of an entry.
    public static Bytes last(String matchId) {
        byte[] key = start(matchId, 0).array();
        key[key.length - 1] = 1;
        return Bytes.wrap(key);
    }

    /// @param partition of `match-events`
    public static Bytes partition(int partition) {
        return Bytes.wrap(ByteBuffer.allocate(Integer.BYTES).putInt(partition).array());
    }

    /// The number in a key of {@link #numbered}.
    public static long numberOf(Bytes key) {
        return sortable(ByteBuffer.wrap(key.get()).getLong(key.get().length - 8));
    }

    private static ByteBuffer start(String matchId, int more) {
        byte[] name = matchId.getBytes(UTF_8);
        return ByteBuffer.allocate(name.length + 1 + more).put(name).put((byte) 0);
    }

    /// Two's complement with the sign bit flipped: unsigned byte order is then the order of the numbers.
    private static long sortable(long number) {
        return number ^ Long.MIN_VALUE;
    }
}
