package com.fanfinity.analytics.query;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import com.fanfinity.analytics.query.MatchList.ListQuery;
import com.fanfinity.analytics.query.MatchList.ListedMatch;
import com.fanfinity.analytics.query.MatchLookup.MatchEntry;
import com.fanfinity.analytics.query.ReadResult.ReadValue;
import com.fanfinity.analytics.streams.Replica;

/// Lists the matches of the replicas on this instance.
public final class LocalLister {

    private final MatchLookup lookup;
    private final Clock clock;

    public LocalLister(MatchLookup lookup, Clock clock) {
        this.lookup = lookup;
        this.clock = clock;
    }

    /// Leaves out partitions that cannot be read here.
    PartitionListing list(Collection<Integer> partitions, Replica replica, ListQuery query) {
        Set<Integer> read = new HashSet<>();
        List<ListedMatch> entries = new ArrayList<>();
        boolean stale = false;
        for (int partition : partitions) {
            if (lookup.view(partition, replica) instanceof ReadValue<ReplicaView>(ReplicaView view)
                    && lookup.all(view) instanceof ReadValue<List<MatchEntry>>(List<MatchEntry> matches)) {
                entries.addAll(query.select(matches, clock.millis()));
                read.add(partition);
                stale |= view.stale();
            }
        }
        return new PartitionListing(read, stale, entries);
    }
}
