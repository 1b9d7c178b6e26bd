package com.fanfinity.analytics.pipeline;

import java.time.Clock;
import java.util.Optional;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/// The stored matches of one partition and their {@link MatchIndex}. Every change goes through this class, so that the
/// two agree.
///
/// @param stored only to be read
record MatchTable(KeyValueStore<Bytes, byte[]> stored, MatchIndex index, Clock clock) {

    /// Empty if the match is new.
    Optional<MatchState> load(String matchId) {
        return Optional.ofNullable(stored.get(StoreKeys.match(matchId))).map(MatchState::ofBytes);
    }

    /// @param newEvents the events that the state has more than the one before
    void put(String matchId, MatchStats stats, long newEvents) {
        long now = clock.millis();
        stored.put(StoreKeys.match(matchId), stats.toBytes());
        index.addEvents(newEvents);
        index.put(matchId, stats.status(), stats.lastActivityAt(), now);
    }

    /// @param newEvents the events that the state has more than the one before
    void put(String matchId, Archived archived, long newEvents) {
        stored.put(StoreKeys.match(matchId), archived.toBytes());
        index.addEvents(newEvents);
        index.remove(matchId);
    }
}
