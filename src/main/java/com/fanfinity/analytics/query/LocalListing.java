package com.fanfinity.analytics.query;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import com.fanfinity.analytics.query.MatchList.Entry;
import com.fanfinity.analytics.query.MatchList.Part;
import com.fanfinity.analytics.query.MatchLookup.Named;
import com.fanfinity.analytics.query.ReadResult.Known;
import com.fanfinity.analytics.streams.Replica;

/// Lists the matches whose state is here.
final class LocalListing {

    private final MatchLookup lookup;
    private final Clock clock;

    LocalListing(MatchLookup lookup, Clock clock) {
        this.lookup = lookup;
        this.clock = clock;
    }

    /// Of those partitions whose copy is here.
    Listing list(Collection<Integer> partitions, Replica copy, Part part) {
        Set<Integer> read = new HashSet<>();
        List<Entry> entries = new ArrayList<>();
        boolean stale = false;
        for (int partition : partitions) {
            if (lookup.view(partition, copy) instanceof Known<ReplicaView>(ReplicaView view)
                    && lookup.all(view) instanceof Known<List<Named>>(List<Named> matches)) {
                entries.addAll(part.of(matches, clock.millis()));
                read.add(partition);
                stale |= view.stale();
            }
        }
        return new Listing(read, stale, entries);
    }
}
