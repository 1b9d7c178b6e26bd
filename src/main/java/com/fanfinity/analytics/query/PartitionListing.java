package com.fanfinity.analytics.query;

import java.util.List;
import java.util.Set;

import com.fanfinity.analytics.query.MatchList.ListedMatch;

/// The matches of some partitions, as far as they could be read.
///
/// @param partitions that were read
/// @param stale whether one of them was a standby's
/// @param entries of each the first ones
record PartitionListing(Set<Integer> partitions, boolean stale, List<ListedMatch> entries) {

    static final PartitionListing NOTHING = new PartitionListing(Set.of(), false, List.of());
}
