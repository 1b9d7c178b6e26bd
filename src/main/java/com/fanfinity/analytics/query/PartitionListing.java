package com.fanfinity.analytics.query;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import com.fanfinity.analytics.query.MatchList.ListedMatch;

/// The first matches of each partition that could be read.
///
/// @param stale whether a partition was read from a standby
/// @param asOf the listing contains every event of these partitions that was acknowledged before this time; empty if no
///     partition was read
/// @param truncated whether an index had no room for all matches
record PartitionListing(Set<Integer> partitions, boolean stale, Optional<Instant> asOf, boolean truncated,
        List<ListedMatch> entries) {

    static final PartitionListing EMPTY = new PartitionListing(Set.of(), false, Optional.empty(), false, List.of());

    /// Both listings, which are of different partitions.
    PartitionListing plus(PartitionListing other) {
        Set<Integer> allPartitions = new HashSet<>(partitions);
        allPartitions.addAll(other.partitions);
        List<ListedMatch> allEntries = new ArrayList<>(entries);
        allEntries.addAll(other.entries);
        Optional<Instant> earlier = Stream.concat(asOf.stream(), other.asOf.stream()).min(Instant::compareTo);
        return new PartitionListing(allPartitions, stale || other.stale, earlier, truncated || other.truncated,
                allEntries);
    }
}
