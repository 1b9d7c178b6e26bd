package com.fanfinity.analytics.query;

import java.util.List;
import java.util.Set;

import com.fanfinity.analytics.query.MatchList.ListedMatch;

/// The first matches of each partition that could be read.
///
/// @param stale whether a partition was read from a standby
record PartitionListing(Set<Integer> partitions, boolean stale, List<ListedMatch> entries) {

    static final PartitionListing EMPTY = new PartitionListing(Set.of(), false, List.of());
}
