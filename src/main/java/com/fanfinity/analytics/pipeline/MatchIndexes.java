package com.fanfinity.analytics.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;

import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/// The index of each partition whose active task runs on this instance.
public final class MatchIndexes {

    /// The most matches of all partitions together, so of one instance. With the longest ids they take 45 MB.
    static final int MOST_MATCHES = 150_000;

    /// Twice the duration of a match with extra time, shoot-out and all breaks.
    static final Duration OVERDUE = Duration.ofHours(6);

    private final Map<Integer, MatchIndex> active = new ConcurrentHashMap<>();

    /// The index of a partition; empty if its active task is not on this instance or is not initialised.
    public Optional<MatchIndex> of(int partition) {
        return Optional.ofNullable(active.get(partition));
    }

    void put(int partition, MatchIndex index) {
        active.put(partition, index);
    }

    /// Removes the index, unless a new task has put another one.
    void remove(int partition, MatchIndex index) {
        active.remove(partition, index);
    }

    /// The index of a replica that no task keeps up to date.
    ///
    /// @param stored all matches of the replica
    /// @param partitions as {@link SourceTopic#partitions}
    public static MatchIndex scan(ReadOnlyKeyValueStore<Bytes, byte[]> stored, int partition, int partitions,
            InstantSource clock) {
        return scan(stored, partition, partitions, clock, (_, _) -> {});
    }

    /// Receives what a scan finds.
    interface FactsReader {
        void accept(String matchId, StoredFacts facts);
    }

    /// @param reader also receives the facts of every match
    static MatchIndex scan(ReadOnlyKeyValueStore<Bytes, byte[]> stored, int partition, int partitions,
            InstantSource clock, FactsReader reader) {
        MatchIndex index = new MatchIndex(MOST_MATCHES / Math.max(1, partitions));
        long now = clock.millis();
        scan(stored, (matchId, facts) -> {
            index.addEvents(facts.totalEvents());
            // After partitions were added, the state of a match may remain on its earlier partition, where no read of
            // the match finds it.
            if (BuiltInPartitioner.partitionForKey(matchId.getBytes(UTF_8), partitions) == partition) {
                facts.status().ifPresent(status -> index.put(matchId, status, facts.lastActivityAt(), now));
            }
            reader.accept(matchId, facts);
        });
        return index;
    }

    static void scan(ReadOnlyKeyValueStore<Bytes, byte[]> stored, FactsReader reader) {
        try (KeyValueIterator<Bytes, byte[]> rows = stored.all()) {
            while (rows.hasNext()) {
                KeyValue<Bytes, byte[]> row = rows.next();
                reader.accept(StoreKeys.matchOf(row.key), StoredFacts.of(row.value));
            }
        }
    }

    /// The events in the totals of all matches of a partition, including archived ones.
    public OptionalLong totalEvents(int partition) {
        return of(partition).map(index -> OptionalLong.of(index.totalEvents())).orElse(OptionalLong.empty());
    }

    public long matches() {
        return sum(MatchIndex::size);
    }

    public long liveMatches() {
        return sum(MatchIndex::live);
    }

    /// The number of matches that this instance knows to be live for more than 6 hours, to the minute.
    ///
    /// It counts by the time of arrival and its own clock: clients' clocks are unreliable, and a match of 2018 may be
    /// replayed today. A match that was live before this instance owned it counts from its newest event. It becomes
    /// overdue late, never early.
    public long overdueMatches(InstantSource clock) {
        long before = clock.millis() - OVERDUE.toMillis();
        return sum(index -> index.liveSinceBefore(before));
    }

    /// How many times a match was left out because an index is full.
    public long dropped() {
        return sum(MatchIndex::dropped);
    }

    private long sum(ToLongFunction<MatchIndex> number) {
        return active.values().stream().mapToLong(number).sum();
    }
}
