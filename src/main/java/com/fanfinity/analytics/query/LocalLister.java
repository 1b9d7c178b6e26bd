package com.fanfinity.analytics.query;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import com.fanfinity.analytics.query.MatchList.ListedMatch;
import com.fanfinity.analytics.query.MatchList.ListQuery;
import com.fanfinity.analytics.query.MatchLookup.MatchEntry;
import com.fanfinity.analytics.query.ReadResult.ReadValue;
import com.fanfinity.analytics.streams.Replica;

/// Lists the matches whose state is here.
final class LocalLister {

    private final MatchLookup lookup;
    private final Clock clock;

    LocalLister(MatchLookup lookup, Clock clock) {
        this.lookup = lookup;
        this.clock = clock;
    }

    /// Of those partitions whose copy is here.
    PartitionListing list(Collection<Integer> partitions, Replica copy, ListQuery part) {
        Set<Integer> read = new HashSet<>();
        List<ListedMatch> entries = new ArrayList<>();
        boolean stale = false;
        for (int partition : partitions) {
            if (lookup.view(partition, copy) instanceof ReadValue<ReplicaView>(ReplicaView view)
                    && lookup.all(view) instanceof ReadValue<List<MatchEntry>>(List<MatchEntry> matches)) {
                entries.addAll(part.of(matches, clock.millis()));
                read.add(partition);
                stale |= view.stale();
            }
        }
        return new PartitionListing(read, stale, entries);
    }
}
