package com.fanfinity.analytics.query;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.event.EventType;
import com.fanfinity.analytics.event.MatchStatus;
import com.fanfinity.analytics.pipeline.MatchStats;
import com.fanfinity.analytics.pipeline.StatsSamples;
import com.fanfinity.analytics.query.MatchList.ListPosition;
import com.fanfinity.analytics.query.MatchList.ListQuery;
import com.fanfinity.analytics.query.MatchLookup.PartitionMatches;
import com.fanfinity.analytics.query.ReadResult.ArchivedMatch;
import com.fanfinity.analytics.query.ReadResult.ReadValue;
import com.fanfinity.analytics.query.ReadResult.StateUnavailable;
import com.fanfinity.analytics.streams.Replica;

class PageReaderTest {
    private static final Instant AT = Instant.parse("2026-11-21T12:00:00Z");
    private static final int PARTITIONS = 4;

    private final List<Map<String, MatchStats>> stored = new ArrayList<>();
    private final List<PartitionMatches> partitions = new ArrayList<>();
    private final Set<String> archived = new HashSet<>();
    private final Set<Integer> unreadable = new HashSet<>();
    private final List<String> reads = new ArrayList<>();
    private final Map<String, Runnable> onRead = new HashMap<>();

    private void store(int matches) {
        MatchStats live = StatsSamples.match(EventType.PASS, 5, AT);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            Map<String, MatchStats> held = HashMap.newHashMap(matches / PARTITIONS);
            for (int i = partition; i < matches; i += PARTITIONS) {
                held.put("m-%06d".formatted(i), live);
            }
            stored.add(held);
            ReplicaView view = new ReplicaView(partition, Replica.ACTIVE, false, AT.plusSeconds(partition));
            partitions.add(new PartitionMatches(view, view.asOf(), StatsSamples.index(held)));
        }
    }

    private ReadResult<MatchStats> read(String matchId, ReplicaView view) {
        reads.add(matchId);
        onRead.getOrDefault(matchId, () -> {}).run();
        if (unreadable.contains(view.partition())) {
            return new StateUnavailable<>();
        }
        return archived.contains(matchId)
                ? new ArchivedMatch<>(StatsSamples.archived(1, 0), view)
                : new ReadValue<>(requireNonNull(stored.get(view.partition()).get(matchId)));
    }

    /// Gives a match another state, and with it another place.
    private void move(String matchId, MatchStats state) {
        int partition = Integer.parseInt(matchId.substring(2)) % PARTITIONS;
        stored.get(partition).put(matchId, state);
        StatsSamples.move(partitions.get(partition).index(), matchId, state);
    }

    private PartitionListing page(Optional<MatchStatus> status, int limit) {
        reads.clear();
        return page(status, Optional.empty(), limit);
    }

    private PartitionListing page(Optional<MatchStatus> status, Optional<ListPosition> after, int limit) {
        return new PageReader(partitions, new ListQuery(status, after, limit), this::read, 0).read();
    }

    /// All pages of three matches each.
    private List<String> allPages() {
        List<String> ids = new ArrayList<>();
        PartitionListing page = page(Optional.empty(), 3);
        while (!page.entries().isEmpty()) {
            ids.addAll(ids(page));
            page = page(Optional.empty(), Optional.of(page.entries().getLast().position()), 3);
        }
        return ids;
    }

    private static List<String> ids(PartitionListing listing) {
        return listing.entries().stream().map(match -> match.position().matchId()).toList();
    }

    /// Attack: many matches, so that each list decodes all of them.
    @Test
    void read_hundredThousandMatches_readsOnlyThePage() {
        store(100_000);

        PartitionListing page = page(Optional.empty(), 501);

        assertEquals(501, page.entries().size());
        assertEquals(501, reads.size());
        assertEquals("m-000500", ids(page).getLast());
        assertEquals(List.of(), page(Optional.of(MatchStatus.SCHEDULED), 501).entries());
        assertEquals(0, reads.size());
    }

    @Test
    void read_matchArchivedMeanwhile_isReplacedByTheNext() {
        store(10);
        archived.addAll(List.of("m-000001", "m-000003"));

        assertEquals(List.of("m-000000", "m-000002", "m-000004"), ids(page(Optional.empty(), 3)));
        assertEquals(8, page(Optional.empty(), 10).entries().size());
    }

    /// It moves behind the matches that have been read.
    @Test
    void read_matchEndsMeanwhile_isListedOnce() {
        store(10);
        archived.add("m-000001");
        onRead.put("m-000001", () -> move("m-000000", StatsSamples.match(EventType.MATCH_END, 6, AT)));

        List<String> ids = ids(page(Optional.empty(), 10));

        assertEquals(9, ids.size(), ids::toString);
        assertEquals(9, Set.copyOf(ids).size(), ids::toString);
    }

    /// It moves before the matches that have been read.
    @Test
    void read_matchGetsAnEventMeanwhile_isListedOnce() {
        store(10);
        archived.add("m-000000");
        onRead.put("m-000000", () -> move("m-000007", StatsSamples.match(EventType.PASS, 7, AT)));

        List<String> ids = allPages();

        assertEquals("m-000007", ids.getFirst());
        assertEquals(9, ids.size(), ids::toString);
        assertEquals(9, Set.copyOf(ids).size(), ids::toString);
    }

    @Test
    void read_partitionLostMeanwhile_isReadAgainWithoutIt() {
        store(10);
        unreadable.add(1);

        PartitionListing page = page(Optional.empty(), 3);

        assertEquals(List.of("m-000000", "m-000002", "m-000003"), ids(page));
        assertEquals(Set.of(0, 2, 3), page.partitions());
        assertEquals(Optional.of(AT), page.asOf());
        assertTrue(reads.size() <= 8, "reads " + reads);
    }
}
