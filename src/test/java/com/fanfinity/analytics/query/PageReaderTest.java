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
        if (unreadable.contains(view.partition())) {
            return new StateUnavailable<>();
        }
        return archived.contains(matchId)
                ? new ArchivedMatch<>(StatsSamples.archived(1, 0), view)
                : new ReadValue<>(requireNonNull(stored.get(view.partition()).get(matchId)));
    }

    private PartitionListing page(Optional<MatchStatus> status, int limit) {
        reads.clear();
        return new PageReader(partitions, new ListQuery(status, Optional.empty(), limit), this::read, 0).read();
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
