package com.fanfinity.analytics.query;

import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import com.fanfinity.analytics.query.MatchList.ListQuery;
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

    /// Leaves out partitions that cannot be read here. Waits for a moment until active replicas are as new as this
    /// call, so that a list right after a 202 has the match.
    PartitionListing list(Collection<Integer> partitions, Replica replica, ListQuery query) {
        if (replica == Replica.ACTIVE) {
            lookup.awaitCaughtUp(partitions);
        }
        PartitionListing listing = PartitionListing.EMPTY;
        for (int partition : partitions) {
            if (lookup.view(partition, replica) instanceof ReadValue<ReplicaView>(ReplicaView view)
                    && lookup.all(view) instanceof ReadValue<List<MatchEntry>>(List<MatchEntry> matches)) {
                listing = listing.plus(new PartitionListing(Set.of(partition), view.stale(), Optional.of(view.asOf()),
                        query.select(matches, clock.millis())));
            }
        }
        return listing;
    }
}
