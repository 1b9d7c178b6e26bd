package com.fanfinity.analytics.query;

import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

import com.fanfinity.analytics.query.MatchList.ListQuery;
import com.fanfinity.analytics.query.MatchLookup.PartitionMatches;
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

    /// Waits for a moment until the active replicas are as new as this call, so that a list right after a 202 has the
    /// match. A wait needs no permit.
    void awaitCaughtUp(Collection<Integer> partitions) {
        lookup.awaitCaughtUp(partitions);
    }

    /// Leaves out partitions that cannot be read here.
    PartitionListing list(Collection<Integer> partitions, Replica replica, ListQuery query) {
        List<PartitionMatches> readable = partitions.stream()
                .flatMap(partition -> readable(partition, replica)).toList();
        return new PageReader(readable, query, lookup::listed, clock.millis()).read();
    }

    private Stream<PartitionMatches> readable(int partition, Replica replica) {
        return lookup.matches(partition, replica) instanceof ReadValue<PartitionMatches>(PartitionMatches matches)
                ? Stream.of(matches)
                : Stream.empty();
    }
}
